package io.ringkv.manager.member;

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
 * Where the leader of the managers may be, as far as a manager knows that does not lead: by what it was told, by the map it
 * has, and by whoever answers. Members are asked in turn; when a whole round was of no use, any process of the cluster is
 * asked for a newer map: the members it knew may all have been replaced. Pure bookkeeping, not thread-safe.
 */
final class ManagerFinder {

    private final List<HostPort> given;
    private final HostPort self;
    private List<ManagerRecord> members = List.of();
    private List<HostPort> managers = List.of();
    private List<HostPort> sources = List.of();
    private @Nullable HostPort leader;
    private int turn;
    private int fruitless;
    private long ringEpoch;

    /**
     * A finder that knows only these.
     *
     * @param given client addresses of any processes of the cluster
     * @param self client address of this manager, which knows no more than itself
     */
    ManagerFinder(List<HostPort> given, HostPort self) {
        this.given = given;
        this.self = self;
    }

    /**
     * Takes members and servers from a map, unless a newer one is known.
     *
     * @param standbys that may have become members since
     */
    void learn(ShardMap map, List<ManagerRecord> standbys) {
        if (map.ringEpoch() < ringEpoch || map.managers().isEmpty()) {
            return;
        }
        ringEpoch = map.ringEpoch();
        members = map.managers();
        Set<HostPort> doors = new LinkedHashSet<>();
        Set<HostPort> clients = new LinkedHashSet<>();
        List<ManagerRecord> all = new ArrayList<>(map.managers());
        all.addAll(standbys);
        for (ManagerRecord manager : all) {
            if (!manager.clientAddress().equals(self.toString())) {
                doors.add(HostPort.parse(manager.peerAddress()));
                clients.add(HostPort.parse(manager.clientAddress()));
            }
        }
        for (ServerRecord server : map.servers()) {
            if (server.state() != ServerState.REMOVED) {
                clients.add(HostPort.parse(server.clientAddress()));
            }
        }
        managers = List.copyOf(doors);
        sources = List.copyOf(clients);
    }

    /** The member whose peer door this is, by the map; null if it names none. */
    @Nullable
    ManagerRecord memberAt(HostPort peerDoor) {
        return members.stream()
                .filter(member -> member.peerAddress().equals(peerDoor.toString()))
                .findFirst()
                .orElse(null);
    }

    /** Ring epoch of the map that was learned; 0 before. */
    long ringEpoch() {
        return ringEpoch;
    }

    /** Peer door to ask next; null if a map should be asked for first. */
    @Nullable
    HostPort manager() {
        if (leader != null) {
            return leader;
        }
        return managers.isEmpty() || fruitless >= managers.size() ? null : managers.get(turn % managers.size());
    }

    /** Client door to ask for a map; null if nobody is known. */
    @Nullable
    HostPort source() {
        List<HostPort> all = addresses();
        return all.isEmpty() ? null : all.get(turn % all.size());
    }

    /** All client addresses at which somebody of the cluster may answer, best first. */
    List<HostPort> addresses() {
        Set<HostPort> all = new LinkedHashSet<>(sources);
        all.addAll(given);
        all.remove(self);
        return new ArrayList<>(all);
    }

    /** The one that was asked leads. */
    void isLeader(HostPort peerDoor) {
        leader = peerDoor;
        fruitless = 0;
    }

    /** Somebody said who leads. */
    void redirected(HostPort peerDoor) {
        leader = peerDoor;
        fruitless++;
    }

    /** The one that was asked was of no use. */
    void fruitless() {
        leader = null;
        turn++;
        fruitless++;
    }

    /** A map was found: its members are worth asking, all of them. */
    void found() {
        leader = null;
        fruitless = 0;
    }
}
