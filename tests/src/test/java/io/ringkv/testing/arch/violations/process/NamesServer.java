package io.ringkv.testing.arch.violations.process;

import io.ringkv.testing.arch.violations.server.NamesManager;

/** Breaks a rule on purpose: what processes have in common knows none of them. */
public final class NamesServer {
    final Class<?> other = NamesManager.class;
}
