package io.ringkv.manager.state;

/** A fact in the history of the cluster: what a command changed. */
public sealed interface ClusterEvent
        permits ClusterCreated,
                ServerRegistered,
                ShardsPlaced,
                ServerMarked,
                LeadersSettled,
                ServerDrainSet,
                MaintenanceSet,
                ServerRemoved,
                ReplicationFactorSet,
                OperationChanged,
                ReplicasChanged,
                OperationsPaused,
                CleaningOrdered,
                CleaningDone,
                StandbyRegistered,
                StandbyForgotten,
                ManagersChanged,
                ShardRecovered {

    /** The state after this event; epoch and history are the concern of {@link ClusterMachine}. */
    ClusterState foldInto(ClusterState state);

    /** Whether the published shard map differs after this event. */
    boolean isPublished();

    /** Calls the case for the type of this event. */
    <R> R match(Cases<R> cases);

    /**
     * One function per type of event.
     *
     * @param <R> what they give
     */
    interface Cases<R> {
        /** The cluster came into being. */
        R created(ClusterCreated event);

        /** A server is new, or told something new of itself. */
        R registered(ServerRegistered event);

        /** First placement was made. */
        R placed(ShardsPlaced event);

        /** A server changed its state. */
        R marked(ServerMarked event);

        /** First leaders are settled. */
        R settled(LeadersSettled event);

        /** A server is to be emptied, or to be kept. */
        R drainSet(ServerDrainSet event);

        /** A server is worked on, or no longer. */
        R maintenanceSet(MaintenanceSet event);

        /** A server is no part of the cluster any more. */
        R removed(ServerRemoved event);

        /** Shards are to have another number of replicas. */
        R replicationFactorSet(ReplicationFactorSet event);

        /** An operation began, went on, or ended. */
        R operationChanged(OperationChanged event);

        /** A shard has other voters. */
        R replicasChanged(ReplicasChanged event);

        /** Operations wait, or go on. */
        R paused(OperationsPaused event);

        /** A replica is to be deleted. */
        R cleaningOrdered(CleaningOrdered event);

        /** A replica was deleted, or is out of reach for ever. */
        R cleaningDone(CleaningDone event);

        /** A manager stands by. */
        R standbyRegistered(StandbyRegistered event);

        /** A manager stands by no more. */
        R standbyForgotten(StandbyForgotten event);

        /** A change of members of the manager group began, went on or ended. */
        R managersChanged(ManagersChanged event);

        /** A shard goes on from one replica, with loss. */
        R recovered(ShardRecovered event);
    }
}
