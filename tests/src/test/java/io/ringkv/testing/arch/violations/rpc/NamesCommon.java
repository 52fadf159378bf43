package io.ringkv.testing.arch.violations.rpc;

import io.ringkv.testing.arch.violations.common.GroundStone;

/** Breaks a rule on purpose: the generated protocol stands alone. */
public final class NamesCommon {
    final Class<?> other = GroundStone.class;
}
