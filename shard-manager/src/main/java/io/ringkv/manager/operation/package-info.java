/**
 * Changes of a shard's replicas and leader as data: what kind, which step, what must be seen before the next. Pure: no
 * clock, no randomness, no threads, no input or output.
 *
 * <p>What must hold at any time, whatever is lost, repeated, delayed, or dies:
 *
 * <ul>
 *   <li>One voter of a shard changes at a time; the next change begins when the one before is committed and was seen to be.
 *   <li>A change is only possible under a fence of its own in the shard's log. Epochs of fences are handed out once and only
 *       rise, in the same log entry that persists the step; so whoever leads the managers next gives the same instruction or
 *       a higher one, never another one of the same epoch.
 *   <li>A step is over by what a report shows, never because something was sent.
 *   <li>No shard loses its majority by what is done here: a voter is added or removed only while all that remain are alive
 *       and caught up; a leader is never removed while it leads.
 *   <li>A replica is deleted only by naming a committed configuration without its server, and never one that a running
 *       operation may still make a voter.
 *   <li>Every operation ends, done or undone, once faults stop.
 * </ul>
 *
 * <p>What is feared, and what stands against it:
 *
 * <ul>
 *   <li>An instruction arrives after its operation was undone: it carries an epoch below the fence of the undoing.
 *   <li>An addition that was staged is committed after its undoing began: nothing is concluded until a leader that has the
 *       fence applied reports that nothing is staged or transitional; if the target is a voter then, it stays one.
 *   <li>A replica is deleted whose server is a voter after all: the order names term and index of the configuration, and the
 *       server, which knows a newer one, refuses.
 *   <li>A server out of reach keeps a replica that was replaced: what is to be deleted is kept until it says that it did.
 *   <li>Reports are old or those of a deposed leader: what is committed stays true; what is not waits for the next report.
 *   <li>A shard knows an epoch above all that were handed out (the managers lost their log): the next one is taken above it.
 * </ul>
 */
@NullMarked
package io.ringkv.manager.operation;

import org.jspecify.annotations.NullMarked;
