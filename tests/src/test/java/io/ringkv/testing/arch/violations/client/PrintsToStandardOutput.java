package io.ringkv.testing.arch.violations.client;

/** Breaks a rule on purpose: standard streams only in commands. */
public final class PrintsToStandardOutput {
    void print() {
        System.out.println("a line");
    }
}
