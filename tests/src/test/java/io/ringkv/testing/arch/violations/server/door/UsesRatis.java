package io.ringkv.testing.arch.violations.server.door;

import org.apache.ratis.protocol.RaftPeerId;

/** Breaks a rule on purpose: Ratis only in adapters. */
public final class UsesRatis {
    final Class<?> other = RaftPeerId.class;
}
