package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What must hold after every entry, whatever the entries are. */
public final class ClusterInvariants {

    private ClusterInvariants() {}

    /** Checks one step from a state to the next. */
    public static void check(String context, ClusterState before, Applied applied) {
        ClusterState after = applied.state();
        checkEpochs(context, before, after, applied);
        checkServers(context, before, after);
        if (after.isPlaced()) {
            assertThat(after.shardMap().isComplete())
                    .as("%s: ring covered once", context)
                    .isTrue();
        }
        for (ManagedShard shard : after.shards().values()) {
            assertThat(shard.record().voters())
                    .as(context)
                    .doesNotHaveDuplicates()
                    .isNotEmpty();
        }
        if (applied.events().isEmpty()) {
            assertThat(after).as("%s: no event, no change", context).isEqualTo(before);
        }
    }

    private static void checkEpochs(String context, ClusterState before, ClusterState after, Applied applied) {
        boolean published =
                applied.events().stream().anyMatch(event -> event.event().isPublished());
        assertThat(after.ringEpoch()).as("%s: ring epoch", context).isEqualTo(before.ringEpoch() + (published ? 1 : 0));
        if (before.exists() && !published) {
            assertThat(after.shardMap())
                    .as("%s: unpublished, unchanged", context)
                    .isEqualTo(before.shardMap());
        }
        for (Map.Entry<ShardId, ManagedShard> entry : before.shards().entrySet()) {
            ShardRecord older = entry.getValue().record();
            ShardRecord newer =
                    Objects.requireNonNull(after.shards().get(entry.getKey())).record();
            assertThat(newer.compareEpoch(older))
                    .as("%s: epochs of shard %s", context, older.id())
                    .isNotNegative();
        }
    }

    private static void checkServers(String context, ClusterState before, ClusterState after) {
        assertThat(after.servers().keySet())
                .as("%s: no server is forgotten", context)
                .containsAll(before.servers().keySet());
        List<String> labels = after.servers().values().stream()
                .map(RegisteredServer::record)
                .filter(record -> record.state() != ServerState.REMOVED)
                .map(ServerRecord::label)
                .toList();
        assertThat(labels).as("%s: labels", context).doesNotHaveDuplicates();
        before.servers().forEach((id, older) -> {
            RegisteredServer newer = Objects.requireNonNull(after.servers().get(id));
            if (!older.isPresent()) {
                assertThat(newer).as("%s: removed for ever", context).isEqualTo(older);
            }
            assertThat(newer.record().raftAddress())
                    .as("%s: Raft address of %s", context, id)
                    .isEqualTo(older.record().raftAddress());
        });
    }
}
