package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;

/** What the leader does next about a change of members. */
public sealed interface RosterAct {

    /**
     * Nothing.
     *
     * @param why the end of a sentence that begins with what it waits for; empty if nothing is under way
     */
    record Wait(String why) implements RosterAct {}

    /**
     * Leadership goes to another member, as a leader cannot remove itself.
     *
     * @param to whom
     */
    record Transfer(ManagerId to) implements RosterAct {}

    /**
     * The new member makes its empty log.
     *
     * @param manager who
     * @param termFloor it obeys no leader below
     * @param number of the change
     */
    record Prepare(ManagerRecord manager, long termFloor, long number) implements RosterAct {}

    /**
     * The group takes one more voter.
     *
     * @param manager who
     */
    record Add(ManagerRecord manager) implements RosterAct {}

    /**
     * The group goes on without a voter.
     *
     * @param manager who
     */
    record Remove(ManagerId manager) implements RosterAct {}

    /** The leader steps down, which ends a change that is only staged. */
    record EndStaging() implements RosterAct {}

    /**
     * The log is told.
     *
     * @param phase UNDOING, DONE or FAILED
     * @param cause what went wrong; empty if nothing did
     */
    record Tell(ChangePhase phase, String cause) implements RosterAct {}
}
