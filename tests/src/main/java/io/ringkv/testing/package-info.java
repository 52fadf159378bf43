/** The test kit, for users and for RingKV itself: clusters in one JVM, faults, checkers, load. */
package io.ringkv.testing;
