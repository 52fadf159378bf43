/** How the parts of a client are put together; the place where its clock, its random numbers and its thread come from. */
@NullMarked
package io.ringkv.client.wiring;

import org.jspecify.annotations.NullMarked;
