package io.ringkv.testing.arch.violations.client;

import io.ringkv.testing.arch.violations.server.NamesManager;

/** Breaks a rule on purpose: the client knows no server. */
public final class NamesServer {
    final Class<?> other = NamesManager.class;
}
