/** Monotonic time as a parameter, so that logic that needs it can be tested without waiting. */
@NullMarked
package io.ringkv.common.time;

import org.jspecify.annotations.NullMarked;
