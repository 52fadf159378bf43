package io.ringkv.testing.arch.violations.client;

/** Breaks a rule on purpose: names say what a class does. */
public final class NamingUtil {
    final String name = "says nothing";
}
