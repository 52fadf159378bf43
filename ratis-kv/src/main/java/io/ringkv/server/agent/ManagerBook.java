package io.ringkv.server.agent;

import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where managers are, as far as this server knows: by the shard map, and by what it was told at the start. Pure bookkeeping;
 * belongs to the agent's thread.
 */
final class ManagerBook {

    private final List<HostPort> joinAddresses;
    private final HostPort self;
    private List<ManagerRecord> managers = List.of();
    private List<HostPort> others = List.of();
    private @Nullable HostPort leader;
    private int turn;

    /**
     * A book without managers.
     *
     * @param self client door of this server, which knows no more than itself
     * @param turn where to begin; different servers should begin at different managers
     */
    ManagerBook(List<HostPort> joinAddresses, HostPort self, int turn) {
        this.joinAddresses = joinAddresses;
        this.self = self;
        this.turn = Math.floorMod(turn, 1 << 20);
    }

    /** Takes managers and servers from a map. */
    void learn(ShardMap map) {
        managers = map.managers();
        List<HostPort> servers = new ArrayList<>();
        for (ServerRecord server : map.servers()) {
            if (server.state() != ServerState.REMOVED) {
                servers.add(HostPort.parse(server.clientAddress()));
            }
        }
        others = servers;
    }

    boolean knowsManagers() {
        return !managers.isEmpty();
    }

    /** Somebody said who leads; null if that is unknown. */
    void leaderIs(@Nullable HostPort peerAddress) {
        leader = peerAddress;
    }

    /** Peer door to report to: the leader if known, else the managers in turn; null if none is known. */
    @Nullable
    HostPort reportTo() {
        if (leader != null) {
            return leader;
        }
        return managers.isEmpty()
                ? null
                : HostPort.parse(managers.get(turn % managers.size()).peerAddress());
    }

    /** The one that was reported to does not answer or does not lead: try the next. */
    void next() {
        leader = null;
        turn++;
    }

    /** Client doors to ask for the shard map, best first, each once: managers in turn, what was given, other servers. */
    List<HostPort> sources() {
        Set<HostPort> sources = new LinkedHashSet<>();
        for (int i = 0; i < managers.size(); i++) {
            sources.add(
                    HostPort.parse(managers.get((turn + i) % managers.size()).clientAddress()));
        }
        sources.addAll(joinAddresses);
        sources.addAll(others);
        sources.remove(self);
        return List.copyOf(sources);
    }

    /** Client door of the leader if known, then of the other managers. */
    List<HostPort> managersLeaderFirst() {
        Set<HostPort> doors = new LinkedHashSet<>();
        for (ManagerRecord manager : managers) {
            if (HostPort.parse(manager.peerAddress()).equals(leader)) {
                doors.add(HostPort.parse(manager.clientAddress()));
            }
        }
        managers.forEach(manager -> doors.add(HostPort.parse(manager.clientAddress())));
        return List.copyOf(doors);
    }
}
