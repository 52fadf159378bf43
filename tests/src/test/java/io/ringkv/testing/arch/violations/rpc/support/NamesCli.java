package io.ringkv.testing.arch.violations.rpc.support;

import io.ringkv.testing.arch.violations.cli.NamesManager;

/** Breaks a rule on purpose: transport serves clients and servers alike. */
public final class NamesCli {
    final Class<?> other = NamesManager.class;
}
