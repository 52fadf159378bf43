package io.ringkv.manager.state;

/** A request in the manager's log. */
public sealed interface ClusterCommand
        permits CreateCluster,
                RegisterServer,
                PlaceShards,
                MarkServer,
                SettleLeaders,
                DrainServer,
                MaintainServer,
                EndMaintenance,
                CountMaintenance,
                RemoveServer,
                SetReplicationFactor,
                StartOperation,
                AdvanceOperation,
                UndoOperation,
                CancelOperation,
                PauseOperations,
                OrderCleaning,
                ConfirmCleaning,
                RegisterStandby,
                ForgetStandby,
                StartManagerChange,
                AdvanceManagerChange,
                RecoverShard {

    /**
     * What this command comes to in this state. Never throws for a refusal: whatever was logged is applied on every member
     * again and again.
     */
    Decision decide(ClusterState state);

    /**
     * Whether this is a decision of the leader, made by what it observed, and therefore void if leadership changed hands
     * before it was logged.
     */
    boolean isLeadersDecision();

    /** Calls the case for the type of this command. */
    <R> R match(Cases<R> cases);

    /**
     * One function per type of command.
     *
     * @param <R> what they give
     */
    interface Cases<R> {
        /** The cluster shall come into being. */
        R create(CreateCluster command);

        /** A server makes itself known. */
        R register(RegisterServer command);

        /** First placement. */
        R place(PlaceShards command);

        /** A server is heard, or silent. */
        R mark(MarkServer command);

        /** First leaders need no more moving. */
        R settle(SettleLeaders command);

        /** A server shall be emptied, or kept. */
        R drain(DrainServer command);

        /** A server is worked on, or no longer. */
        R maintain(MaintainServer command);

        /** The time of a maintenance is over. */
        R endMaintenance(EndMaintenance command);

        /** Part of the time of a maintenance is over. */
        R countMaintenance(CountMaintenance command);

        /** A server shall be no part of the cluster any more. */
        R remove(RemoveServer command);

        /** Shards shall have so many replicas. */
        R setReplicationFactor(SetReplicationFactor command);

        /** An operation begins. */
        R start(StartOperation command);

        /** A step of an operation is over. */
        R advance(AdvanceOperation command);

        /** An operation is to be undone. */
        R undo(UndoOperation command);

        /** Somebody wants an operation undone. */
        R cancel(CancelOperation command);

        /** Operations are to wait, or to go on. */
        R pause(PauseOperations command);

        /** A replica that belongs nowhere is to be deleted. */
        R orderCleaning(OrderCleaning command);

        /** A replica was deleted. */
        R confirmCleaning(ConfirmCleaning command);

        /** A manager stands by. */
        R registerStandby(RegisterStandby command);

        /** A standby is sent away. */
        R forgetStandby(ForgetStandby command);

        /** A member of the manager group is to come or to go. */
        R startManagerChange(StartManagerChange command);

        /** A change of members went on or ended. */
        R advanceManagerChange(AdvanceManagerChange command);

        /** A shard goes on from one replica, with loss. */
        R recover(RecoverShard command);
    }
}
