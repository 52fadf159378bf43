package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import java.util.List;
import java.util.Objects;

/** A change of the cluster that somebody thinks about making. */
public sealed interface PlannedChange {

    /** Nothing changes: what would be done anyway. */
    record Nothing() implements PlannedChange {}

    /**
     * Servers join.
     *
     * @param servers how they will look once they are ACTIVE
     */
    record Join(List<ServerView> servers) implements PlannedChange {
        /** Keeps a copy. */
        public Join {
            servers = List.copyOf(servers);
        }
    }

    /** A server is emptied. */
    record Drain(ServerId server) implements PlannedChange {
        /** May not be null. */
        public Drain {
            Objects.requireNonNull(server, "server");
        }
    }

    /**
     * A server leaves for good.
     *
     * @param isForced though it holds replicas; only of use for a server that is DOWN
     */
    record Remove(ServerId server, boolean isForced) implements PlannedChange {
        /** May not be null. */
        public Remove {
            Objects.requireNonNull(server, "server");
        }
    }

    /** Maintenance of a server begins or ends. */
    record Maintenance(ServerId server, boolean isOn) implements PlannedChange {
        /** May not be null. */
        public Maintenance {
            Objects.requireNonNull(server, "server");
        }
    }

    /** A server stands in another zone than was thought, or has been carried there. */
    record Rezone(ServerId server, String zone) implements PlannedChange {
        /** Neither may be null. */
        public Rezone {
            Objects.requireNonNull(server, "server");
            Objects.requireNonNull(zone, "zone");
        }
    }

    /** Shards shall have another number of replicas. */
    record Replication(int replicationFactor) implements PlannedChange {}
}
