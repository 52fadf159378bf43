/**
 * Where a key lives on the ring: hash, token, token range, and the ring itself.
 *
 * <p>Pure values and functions. The hash and the meaning of a range are part of the stored format of every cluster: they
 * never change.
 */
@NullMarked
package io.ringkv.common.ring;

import org.jspecify.annotations.NullMarked;
