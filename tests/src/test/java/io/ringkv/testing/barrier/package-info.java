/** Attacks on the read barrier: replicas on real Ratis, whose links are cut while a deposed leader is read. */
@NullMarked
package io.ringkv.testing.barrier;

import org.jspecify.annotations.NullMarked;
