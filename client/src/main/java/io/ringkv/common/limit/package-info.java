/** The hard limits of the protocol and their checks, the same on both sides of every connection. */
@NullMarked
package io.ringkv.common.limit;

import org.jspecify.annotations.NullMarked;
