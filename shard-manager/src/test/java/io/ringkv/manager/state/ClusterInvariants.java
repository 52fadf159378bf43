package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

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
                    .hasSizeBetween(1, Limits.MAX_REPLICATION_FACTOR + 1);
        }
        checkOperations(context, before, after);
        checkManagers(context, before.managers(), after.managers());
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

    /** One member more or less per entry at most, never none, and only by a change that was in the books before. */
    private static void checkManagers(String context, ManagerRoster before, ManagerRoster after) {
        Set<ManagerId> came = new TreeSet<>(after.memberIds());
        came.removeAll(before.memberIds());
        Set<ManagerId> went = new TreeSet<>(before.memberIds());
        went.removeAll(after.memberIds());
        assertThat(after.changes()).as(context).isGreaterThanOrEqualTo(before.changes());
        if (before.members().isEmpty() || (came.isEmpty() && went.isEmpty())) {
            return;
        }
        assertThat(came.size() + went.size()).as("%s: one at a time", context).isEqualTo(1);
        assertThat(after.members()).as(context).isNotEmpty();
        ManagerChange change = Objects.requireNonNull(before.change(), context + ": in the books");
        assertThat(came.isEmpty() ? went : came)
                .as(context)
                .containsExactly(change.manager().id());
    }

    private static void checkOperations(String context, ClusterState before, ClusterState after) {
        Operations operations = after.operations();
        assertThat(operations.running().values().stream()
                        .map(operation -> operation.order().shard())
                        .toList())
                .as("%s: one operation per shard", context)
                .doesNotHaveDuplicates();
        assertThat(operations.started())
                .as("%s: numbers", context)
                .isGreaterThanOrEqualTo(before.operations().started());
        for (Operation operation : operations.running().values()) {
            checkEpochs(context, before, after, operation);
        }
        for (Cleaning cleaning : operations.cleanings()) {
            ManagedShard shard = Objects.requireNonNull(after.shards().get(cleaning.shard()));
            assertThat(shard.record().voters())
                    .as("%s: no voter is to be deleted: %s", context, cleaning)
                    .doesNotContain(cleaning.server());
        }
        before.shards().forEach((id, older) -> {
            ManagedShard newer = Objects.requireNonNull(after.shards().get(id));
            assertThat(newer.reservedEpoch())
                    .as("%s: reserved epoch of shard %s", context, id)
                    .isGreaterThanOrEqualTo(older.reservedEpoch());
            List<ServerId> left = new ArrayList<>(older.record().voters());
            left.removeAll(newer.record().voters());
            List<ServerId> joined = new ArrayList<>(newer.record().voters());
            joined.removeAll(older.record().voters());
            if (newer.record().incarnation() == older.record().incarnation()) {
                assertThat(left.size() + joined.size())
                        .as("%s: voters of shard %s change one at a time", context, id)
                        .isLessThanOrEqualTo(1);
            } else {
                assertThat(newer.record().voters())
                        .as("%s: a new life of shard %s begins with one voter", context, id)
                        .hasSize(1);
                assertThat(newer.record().group())
                        .as(context)
                        .isNotEqualTo(older.record().group());
            }
        });
    }

    private static void checkEpochs(String context, ClusterState before, ClusterState after, Operation operation) {
        ShardId id = operation.order().shard();
        assertThat(operation.epoch())
                .as("%s: epoch of %s", context, operation)
                .isLessThanOrEqualTo(
                        Objects.requireNonNull(after.shards().get(id)).reservedEpoch());
        Operation earlier = before.operations().running().get(operation.number());
        if (operation.step().isFence() && (earlier == null || earlier.step() != operation.step())) {
            assertThat(operation.epoch())
                    .as("%s: a new fence has a new epoch: %s", context, operation)
                    .isGreaterThan(
                            Objects.requireNonNull(before.shards().get(id)).reservedEpoch());
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
