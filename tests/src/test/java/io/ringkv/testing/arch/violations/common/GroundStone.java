package io.ringkv.testing.arch.violations.common;

/** Breaks a rule on purpose: none; others lean on it. */
public final class GroundStone {
    final String weight = "heavy";
}
