/**
 * Which servers are silent. Pure: time comes in as ticks, so that a detector that slept itself accuses nobody of it.
 */
@NullMarked
package io.ringkv.manager.liveness;

import org.jspecify.annotations.NullMarked;
