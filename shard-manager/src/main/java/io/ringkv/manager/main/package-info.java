/** The manager as a process: configuration, start, stop, and its command. The only place that reads clocks and randomness. */
@NullMarked
package io.ringkv.manager.main;

import org.jspecify.annotations.NullMarked;
