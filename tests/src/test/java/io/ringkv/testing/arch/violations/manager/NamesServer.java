package io.ringkv.testing.arch.violations.manager;

import io.ringkv.testing.arch.violations.server.NamesManager;

/** Breaks a rule on purpose: the manager never uses a server. */
public final class NamesServer {
    final Class<?> other = NamesManager.class;
}
