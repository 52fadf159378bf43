/**
 * Who is a member of the manager group, who stands by, and how that is changed. Pure: no clock, threads or IO.
 *
 * <p><b>Invariant.</b> While no change is under way, the voters of the group's committed Raft configuration are exactly the
 * members in the books; while one is, they differ by at most the one manager it is about. Two majorities that know nothing of
 * each other can therefore never come to be: every change is of one voter, begins at a committed configuration by a leader
 * that is ready, and the log that it changes holds it before it is made.
 *
 * <p><b>Feared.</b> Two voters changed at once, which Ratis splits at the next election; a manager that lost its log and
 * comes back as a voter under its old id, with no memory of its term and votes, and gives a deposed leader a majority; a
 * change that was given up and takes effect later.
 */
@NullMarked
package io.ringkv.manager.roster;

import org.jspecify.annotations.NullMarked;
