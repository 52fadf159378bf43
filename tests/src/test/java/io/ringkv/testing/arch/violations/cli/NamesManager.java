package io.ringkv.testing.arch.violations.cli;

import io.ringkv.testing.arch.violations.manager.NamesServer;

/** Breaks a rule on purpose: the command line knows no server. */
public final class NamesManager {
    final Class<?> other = NamesServer.class;
}
