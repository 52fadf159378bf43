/** Conversions between the values of {@code io.ringkv.common} and the messages of the protocol. */
@NullMarked
package io.ringkv.common.wire;

import org.jspecify.annotations.NullMarked;
