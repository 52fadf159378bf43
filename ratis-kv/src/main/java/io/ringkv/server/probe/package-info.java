/**
 * Servers look after each other: each asks a few others, on the connections of the read barrier, whether they are there, and
 * tells the manager in its heartbeats. So the manager need not judge by its own links alone.
 */
@NullMarked
package io.ringkv.server.probe;

import org.jspecify.annotations.NullMarked;
