package io.ringkv.testing.arch.violations.common;

import io.ringkv.testing.arch.violations.client.NamesServer;

/** Breaks a rule on purpose: common is the base. */
public final class NamesClient {
    final Class<?> other = NamesServer.class;
}
