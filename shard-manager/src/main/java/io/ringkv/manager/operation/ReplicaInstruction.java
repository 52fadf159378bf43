package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.List;

/** What a server is told to do with its replica for an operation. */
public sealed interface ReplicaInstruction {

    /**
     * The leader hands over.
     *
     * @param target to whom
     */
    record TransferLeader(ServerId target) implements ReplicaInstruction {}

    /** The leader puts a fence into the shard's log. */
    record Fence() implements ReplicaInstruction {}

    /**
     * The target makes an empty replica.
     *
     * @param termFloor term below which it obeys no leader
     */
    record Prepare(long termFloor) implements ReplicaInstruction {}

    /**
     * The leader adds a voter.
     *
     * @param voter whom
     * @param expected voters before
     */
    record AddVoter(ServerId voter, List<ServerId> expected) implements ReplicaInstruction {}

    /**
     * The leader removes a voter.
     *
     * @param voter whom
     * @param expected voters before
     */
    record RemoveVoter(ServerId voter, List<ServerId> expected) implements ReplicaInstruction {}

    /** The leader ends a change that is staged. */
    record EndStaging() implements ReplicaInstruction {}
}
