package io.ringkv.testing.arch.violations.server;

import io.ringkv.testing.arch.violations.manager.NamesServer;

/** Breaks a rule on purpose: a server never uses the manager. */
public final class NamesManager {
    final Class<?> other = NamesServer.class;
}
