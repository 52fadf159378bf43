package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.RingHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RingCommandsTest {

    private final MemoryClient client = new MemoryClient();

    @BeforeEach
    void knowTwoEpochs() {
        ShardMap before = map(4, 3, List.of(1, 2, 3), ServerState.ACTIVE);
        ShardMap after = map(9, 3, List.of(2, 3, 4), ServerState.DRAINING);
        client.answers = question -> question.hasRingAt()
                ? Answer.newBuilder()
                        .setRingAt(
                                ShardMapMessages.toMessage(question.getRingAt().getRingEpoch() == 4 ? before : after))
                        .build()
                : history();
        client.status = RingAt.status(after);
    }

    @Test
    void historyTellsWhatHappenedAtEachEpoch() {
        assertThat(CommandRun.of(client, "ring", "history").out())
                .contains("EPOCH", "4  2026-01-02T03:04:05Z", "server s4 registered");
        assertThat(CommandRun.of(client, "ring", "history", "-o", "jsonl").out())
                .isEqualTo("{\"number\":12,\"time\":\"2026-01-02T03:04:05Z\",\"ringEpoch\":4,\"published\":true,"
                        + "\"text\":\"server s4 registered\"}\n");
    }

    @Test
    void diffNamesServersAndShardsThatChanged() {
        CommandRun run = CommandRun.of(client, "ring", "diff", "4", "9");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("EPOCH 4", "EPOCH 9")
                .containsPattern("server s1 +ACTIVE at c1:1 +DRAINING at c1:1")
                .containsPattern("shard 1 +s1, s2, s3 on .* +s2, s3, s4 on")
                .doesNotContain("server s2", "shard 2", "replication factor");
        assertThat(CommandRun.of(client, "ring", "diff", "9", "9", "-o", "raw").out())
                .isEmpty();
    }

    @Test
    void theRangesOfAnEarlierEpochCanBeSeen() {
        assertThat(CommandRun.of(client, "keyrange", "--at", "4", "-o", "raw").out())
                .contains("\t1\t-\ts1,s2,s3\n");
        assertThat(CommandRun.of(client, "keyrange", "-o", "raw").out()).contains("\t1\t-\ts2,s3,s4\n");
    }

    @Test
    void anEpochThatIsNotKeptIsRefused() {
        client.refusal = new RingKvException(ErrorCode.NOT_FOUND, "Ring epoch 1 is not kept");

        assertThat(CommandRun.of(client, "keyrange", "--at", "1").exitCode()).isEqualTo(3);
    }

    @Test
    void showDrawsTextJsonOrAPicture() {
        assertThat(CommandRun.of(client, "ring", "show").out())
                .contains("ring epoch 9", "s1  leads 0 of 0  DRAINING", "nobody leads");
        assertThat(CommandRun.of(client, "ring", "show", "-o", "svg").out()).startsWith("<svg xmlns=");
        assertThat(CommandRun.of(client, "ring", "show", "-o", "jsonl").out())
                .startsWith("{\"schema\":\"v1\",\"ringEpoch\":9,\"servers\":[");
    }

    @Test
    void otherCommandsHaveNoPicture() {
        CommandRun run = CommandRun.of(client, "status", "-o", "svg");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no picture to draw");
    }

    private static Answer history() {
        return Answer.newBuilder()
                .setRingHistory(RingHistory.newBuilder()
                        .setRingEpoch(9)
                        .setOldestRingEpoch(1)
                        .addEvents(HistoryEvent.newBuilder()
                                .setNumber(12)
                                .setWallMillis(1_767_323_045_000L)
                                .setRingEpoch(4)
                                .setPublished(true)
                                .setText("server s4 registered")))
                .build();
    }

    private static ShardMap map(long epoch, int factor, List<Integer> firstShard, ServerState stateOfFirst) {
        List<ShardRecord> shards = new ArrayList<>();
        for (Ring.Arc arc : Ring.equalArcs(2).arcs()) {
            List<Integer> voters = arc.shard().value() == 1 ? firstShard : List.of(2, 3, 4);
            shards.add(new ShardRecord(
                    arc.shard(),
                    new GroupId(new UUID(1, arc.shard().value())),
                    1,
                    arc.range(),
                    1,
                    1,
                    voters.stream()
                            .map(voter -> new ReplicaRecord(new ServerId(voter), ReplicaRole.VOTER))
                            .toList(),
                    null));
        }
        List<ServerRecord> servers = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            servers.add(new ServerRecord(
                    new ServerId(i),
                    "s" + i,
                    "c" + i + ":1",
                    "p" + i + ":1",
                    "r" + i + ":1",
                    "",
                    "",
                    i == 1 ? stateOfFirst : ServerState.ACTIVE));
        }
        return new ShardMap(MemoryClient.CLUSTER, epoch, factor, shards, servers, List.of());
    }
}
