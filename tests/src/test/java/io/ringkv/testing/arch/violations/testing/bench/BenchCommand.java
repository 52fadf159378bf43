package io.ringkv.testing.arch.violations.testing.bench;

import io.ringkv.testing.arch.violations.cli.NamesManager;

/** Breaks no rule: its name says that it is a command. */
public final class BenchCommand {
    final Class<?> other = Inner.class;

    static final class Inner {
        final Class<?> other = NamesManager.class;
    }
}
