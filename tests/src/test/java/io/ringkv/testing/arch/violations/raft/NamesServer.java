package io.ringkv.testing.arch.violations.raft;

import io.ringkv.testing.arch.violations.server.NamesManager;

/** Breaks a rule on purpose: the Raft adapter is shared. */
public final class NamesServer {
    final Class<?> other = NamesManager.class;
}
