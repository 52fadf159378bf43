package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.DrainServer;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.manager.state.RemoveServer;
import io.ringkv.manager.state.SetReplicationFactor;
import java.util.ArrayList;
import java.util.List;

/** What operators should know of a change that was accepted: whole sentences. Stateless. */
final class ChangeNotices {

    private ChangeNotices() {}

    static List<String> of(ClusterCommand command, Applied applied) {
        List<String> notices = new ArrayList<>();
        ClusterState state = applied.state();
        if (command instanceof SetReplicationFactor set) {
            addFactor(set.replicationFactor(), notices);
        } else if (command instanceof DrainServer drain && drain.on()) {
            addDown(state, drain.server(), notices);
            addZone(state, drain.server(), notices);
        } else if (command instanceof RemoveServer remove && !applied.events().isEmpty()) {
            int shards = state.shardsOn(remove.server()).size();
            if (shards > 0) {
                notices.add("No acknowledged write is lost; " + shards
                        + (shards == 1 ? " shard goes" : " shards go")
                        + " on with one replica less until repaired. The server can never come back with its data.");
            }
        }
        return notices;
    }

    private static void addFactor(int factor, List<String> notices) {
        if (factor == 1) {
            notices.add("With 1 replica the loss of a server is the loss of its data.");
        } else if (factor % 2 == 0) {
            String verb = factor == 2 ? " does" : " do";
            notices.add("An even number gains nothing: " + factor + " replicas survive the loss of " + (factor - 1) / 2
                    + ", as " + (factor - 1) + verb + ", and each write waits for more of them.");
        }
    }

    private static void addDown(ClusterState state, ServerId server, List<String> notices) {
        if (state.stateOf(server) == ServerState.DOWN) {
            notices.add(
                    "It is DOWN: what it holds is made anew from other replicas. If it returns, it is emptied of the"
                            + " rest; if it shall not, remove it: ringkv server remove --force.");
        }
    }

    private static void addZone(ClusterState state, ServerId server, List<String> notices) {
        RegisteredServer drained = state.servers().get(server);
        String zone = drained == null ? "" : drained.record().zone();
        boolean isLast = state.servers().values().stream()
                .filter(RegisteredServer::isUsable)
                .map(RegisteredServer::record)
                .map(ServerRecord::zone)
                .noneMatch(zone::equals);
        if (!zone.isEmpty() && isLast) {
            notices.add("It is the last usable server in zone " + zone
                    + ": replicas of its shards will be spread over fewer zones.");
        }
    }
}
