package io.ringkv.testing.arch.violations.testing.bench;

import io.ringkv.testing.arch.violations.cli.NamesManager;

/** Breaks a rule on purpose: the command line is only for commands. */
public final class UsesCommandLine {
    final Class<?> other = NamesManager.class;
}
