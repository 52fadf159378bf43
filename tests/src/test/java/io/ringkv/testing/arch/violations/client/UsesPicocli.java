package io.ringkv.testing.arch.violations.client;

import picocli.CommandLine;

/** Breaks a rule on purpose: Picocli only in commands. */
public final class UsesPicocli {
    final Class<?> other = CommandLine.class;
}
