package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much may be under way at once. One operation per shard, always.
 *
 * @param changesPerServer operations that change voters and take from or give to the same living server; too small makes
 *     repair slow, too large slows down what the server does for clients
 * @param changesPerCluster operations that change voters, altogether, in a small cluster
 * @param transfersPerCluster transfers of leadership, altogether, in a small cluster; each costs its shard a moment without
 *     leader
 * @param serversPerChange in a large cluster as many of either as there are living servers in so many, if that is more: what
 *     a cluster can bear grows with it, and so does what one dead server leaves to repair
 * @param bytesPerSecond at most so many bytes are copied to one server per second; used here for estimates
 * @param overheadMillis what an operation takes beside copying, for estimates: some heartbeats per step
 */
public record OperationLimits(
        int changesPerServer,
        int changesPerCluster,
        int transfersPerCluster,
        int serversPerChange,
        long bytesPerSecond,
        long overheadMillis) {

    /** 2 per server; 8 per cluster and 8 transfers, or one for each 5 servers if that is more; 32 MiB/s, 5 s. */
    public static final OperationLimits USUAL = new OperationLimits(2, 8, 8, 5, 32L << 20, 5_000);

    private static final long MILLIS_PER_SECOND = 1_000;

    /** @throws IllegalArgumentException if a limit is below 1, or the overhead negative */
    public OperationLimits {
        if (changesPerServer < 1
                || changesPerCluster < 1
                || transfersPerCluster < 1
                || serversPerChange < 1
                || bytesPerSecond < 1
                || overheadMillis < 0) {
            throw new IllegalArgumentException("operation limits: " + changesPerServer + " per server, "
                    + changesPerCluster + " per cluster, " + transfersPerCluster + " transfers, " + bytesPerSecond
                    + " bytes/s, overhead " + overheadMillis
                    + " ms (expected: limits of 1 or more, overhead 0 or more)");
        }
    }

    /** The same with other numbers of operations at once. */
    public OperationLimits withCounts(int perServer, int perCluster, int transfers, int servers) {
        return new OperationLimits(perServer, perCluster, transfers, servers, bytesPerSecond, overheadMillis);
    }

    /** Operations that may change voters at once, altogether. */
    int changesAtOnce(PlacementView view) {
        return Math.max(changesPerCluster, livingServers(view) / serversPerChange);
    }

    /** Transfers of leadership that may be under way at once, altogether. */
    int transfersAtOnce(PlacementView view) {
        return Math.max(transfersPerCluster, livingServers(view) / serversPerChange);
    }

    private static int livingServers(PlacementView view) {
        return (int) view.servers().stream()
                .filter(server -> server.isHeard() && ServerStanding.of(server) != ServerStanding.DEAD)
                .count();
    }

    /**
     * Those of the proposals that may start now, in their order; one that finds no room lets later ones pass.
     *
     * @param view the view they were made from, with what is under way already
     */
    public List<Proposal> admit(List<Proposal> proposals, PlacementView view) {
        InFlight inFlight = new InFlight(changesAtOnce(view), transfersAtOnce(view));
        for (ShardView shard : view.shards()) {
            ShardOperation operation = shard.operation();
            if (operation != null) {
                inFlight.start(shard.shard(), operation);
            }
        }
        List<Proposal> admitted = new ArrayList<>();
        for (Proposal proposal : proposals) {
            if (inFlight.hasRoomFor(proposal.shard(), proposal.change())) {
                inFlight.start(proposal.shard(), proposal.change());
                admitted.add(proposal);
            }
        }
        return admitted;
    }

    /** Time an operation takes when nothing hinders it, in milliseconds. */
    public long estimatedMillis(OperationKind kind, long dataBytes) {
        long copying = kind.copiesData() ? copyMillis(dataBytes) : 0;
        return overheadMillis + copying;
    }

    private long copyMillis(long dataBytes) {
        return dataBytes / bytesPerSecond * MILLIS_PER_SECOND
                + dataBytes % bytesPerSecond * MILLIS_PER_SECOND / bytesPerSecond;
    }

    /** Living servers that an operation keeps busy. A dead source does nothing. */
    static List<ServerId> busyServers(ShardOperation operation) {
        List<ServerId> servers = new ArrayList<>(2);
        ServerId source = operation.source();
        ServerId target = operation.target();
        if (source != null && operation.kind() == OperationKind.MOVE_REPLICA) {
            servers.add(source);
        }
        if (target != null && operation.kind().changesVoters()) {
            servers.add(target);
        }
        return servers;
    }

    /** What is under way, counted. */
    private final class InFlight {

        private final Set<ShardId> shards = new HashSet<>();
        private final Map<ServerId, Integer> changesOf = new HashMap<>();
        private final int changesMost;
        private final int transfersMost;
        private int changes;
        private int transfers;

        InFlight(int changesMost, int transfersMost) {
            this.changesMost = changesMost;
            this.transfersMost = transfersMost;
        }

        boolean hasRoomFor(ShardId shard, ShardOperation operation) {
            if (shards.contains(shard)) {
                return false;
            }
            if (!operation.kind().changesVoters()) {
                return transfers < transfersMost;
            }
            return changes < changesMost
                    && busyServers(operation).stream()
                            .allMatch(server -> changesOf.getOrDefault(server, 0) < changesPerServer);
        }

        void start(ShardId shard, ShardOperation operation) {
            shards.add(shard);
            if (operation.kind().changesVoters()) {
                changes++;
                busyServers(operation).forEach(server -> changesOf.merge(server, 1, Integer::sum));
            } else {
                transfers++;
            }
        }
    }
}
