/**
 * The state of the cluster as the manager's log makes it: state, commands, events, and the one function that leads from one
 * to the next. Pure: no clock, no randomness, no threads, no input or output; the same log gives the same bytes on every
 * member.
 *
 * <p>A command is <em>decided</em> against the state, which gives events or a refusal; events are <em>folded</em> into the
 * state and kept as history. What is only observed (heartbeats, reports, who leads) is not here.
 */
@NullMarked
package io.ringkv.manager.state;

import org.jspecify.annotations.NullMarked;
