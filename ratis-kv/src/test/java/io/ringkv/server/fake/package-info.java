/** Hand-written stand-ins for what surrounds the door, under the control of a test. */
@NullMarked
package io.ringkv.server.fake;

import org.jspecify.annotations.NullMarked;
