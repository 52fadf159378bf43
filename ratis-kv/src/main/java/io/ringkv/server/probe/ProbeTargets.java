package io.ringkv.server.probe;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom a server asks: those that follow it in the circle of all servers by id. So everybody is asked by equally many, who
 * change only where servers come or go, and the work does not grow with the cluster. Pure.
 */
final class ProbeTargets {

    private ProbeTargets() {}

    /**
     * The next few servers after this one; fewer where there are no more.
     *
     * @param most how many at most
     */
    static List<ServerId> of(ShardMap map, ServerId self, int most) {
        List<ServerId> after = new ArrayList<>();
        List<ServerId> before = new ArrayList<>();
        for (ServerRecord server : map.servers()) {
            int order = server.id().compareTo(self);
            if (server.state() != ServerState.REMOVED && order != 0) {
                (order > 0 ? after : before).add(server.id());
            }
        }
        after.addAll(before);
        return List.copyOf(after.subList(0, Math.min(most, after.size())));
    }
}
