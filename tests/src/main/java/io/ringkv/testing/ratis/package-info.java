/**
 * Bare Ratis in one JVM, with faults on its links: for tests of what Ratis itself does, and for attacks on the rules
 * that keep RingKV safe on top of it.
 */
package io.ringkv.testing.ratis;
