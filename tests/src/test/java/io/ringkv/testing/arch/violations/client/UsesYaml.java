package io.ringkv.testing.arch.violations.client;

import org.snakeyaml.engine.v2.api.Load;

/** Breaks a rule on purpose: YAML only in the configuration. */
public final class UsesYaml {
    final Class<?> other = Load.class;
}
