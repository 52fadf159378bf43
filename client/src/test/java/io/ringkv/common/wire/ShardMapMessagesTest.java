package io.ringkv.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapDiff;
import io.ringkv.common.shardmap.ShardMapHistory;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent is what is understood, and what is no map is refused by name. */
class ShardMapMessagesTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void understandsTheMapsAndChangesThatAreSent(long seed) throws InvalidProtocolBufferException {
        List<ShardMap> maps = new ShardMapHistory(seed, 4, 60).maps();
        for (int i = 1; i < maps.size(); i++) {
            ShardMap map = maps.get(i);
            ShardMapDiff diff = ShardMapDiff.diff(maps.get(i / 2), map);

            byte[] mapBytes = ShardMapMessages.toMessage(map).toByteArray();
            byte[] diffBytes = ShardMapMessages.toMessage(diff).toByteArray();

            assertThat(ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMap.parseFrom(mapBytes)))
                    .as("seed %d, map %d", seed, i)
                    .isEqualTo(map);
            assertThat(ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMapDiff.parseFrom(diffBytes)))
                    .as("seed %d, diff %d", seed, i)
                    .isEqualTo(diff);
        }
    }

    @ParameterizedTest
    @EnumSource(ServerState.class)
    void understandsEveryServerState(ServerState state) {
        ServerRecord server = new ServerRecord(new ServerId(-1), "s1", "h:1", "h:2", "h:3", "h:4", "zone-a", state);

        assertThat(ShardMapMessages.fromMessage(ShardMapMessages.toMessage(server)))
                .isEqualTo(server);
    }

    @ParameterizedTest
    @EnumSource(ReplicaRole.class)
    void understandsEveryReplicaRole(ReplicaRole role) {
        ShardRecord shard = shard(new ReplicaRecord(new ServerId(3), role));

        assertThat(ShardMapMessages.fromMessage(ShardMapMessages.toMessage(shard)))
                .isEqualTo(shard);
    }

    @Test
    void takesAReplicaOfAnUnknownRoleForNoVoter() {
        io.ringkv.rpc.ShardRecord.Builder message =
                ShardMapMessages.toMessage(shard(new ReplicaRecord(new ServerId(3), ReplicaRole.VOTER))).toBuilder();
        message.getReplicasBuilder(0).setRoleValue(77);

        assertThat(ShardMapMessages.fromMessage(message.build()).voters()).isEmpty();
    }

    @Test
    void takesAServerInAnUnknownStateForOneThatHoldsNothing() {
        assertThat(ShardMapMessages.fromMessage(io.ringkv.rpc.ServerState.UNRECOGNIZED))
                .isEqualTo(ServerState.JOINING);
    }

    @Test
    void refusesMessagesThatAreNoMap() {
        io.ringkv.rpc.ShardMap map =
                ShardMapMessages.toMessage(new ShardMapHistory(1, 2, 0).maps().get(0));
        io.ringkv.rpc.ShardRecord shard = map.getShards(0);

        refused(
                () -> ShardMapMessages.fromMessage(
                        map.toBuilder().clearClusterId().build()),
                "cluster id");
        refused(
                () -> ShardMapMessages.fromMessage(
                        map.toBuilder().setRingEpoch(-1).build()),
                "shard map",
                "ringEpoch");
        refused(
                () -> ShardMapMessages.fromMessage(
                        map.toBuilder().addShards(shard).build()),
                "shard: 1 twice");
        refused(
                () -> ShardMapMessages.fromMessage(
                        shard.toBuilder().clearShard().build()),
                "shard id");
        refused(
                () -> ShardMapMessages.fromMessage(
                        shard.toBuilder().clearGroupId().build()),
                "group id",
                "0 bytes");
        refused(
                () -> ShardMapMessages.fromMessage(
                        shard.toBuilder().clearRange().build()),
                "without a range");
        refused(
                () -> ShardMapMessages.fromMessage(
                        shard.toBuilder().clearIncarnation().build()),
                "incarnation: 0");
        refused(
                () -> ShardMapMessages.fromMessage(
                        map.getServers(0).toBuilder().clearServerId().build()),
                "server id");
        refused(
                () -> ShardMapMessages.fromMessage(
                        map.getManagers(0).toBuilder().clearRaftAddress().build()),
                "manager record",
                "raftAddress");
        refused(
                () -> ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMapDiff.newBuilder()
                        .setClusterId(map.getClusterId())
                        .setFromRingEpoch(2)
                        .setToRingEpoch(1)
                        .build()),
                "shard map diff",
                "toRingEpoch");
    }

    /** Random changes to a valid message give another map or a refusal, never anything else. */
    @Test
    void survivesDamagedMessages() {
        long seed = 2024L;
        Random random = new Random(seed);
        byte[] valid = ShardMapMessages.toMessage(
                        new ShardMapHistory(1, 3, 10).maps().get(10))
                .toByteArray();
        int unreadable = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = valid.clone();
            int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ShardMap map = ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMap.parseFrom(damaged));
                assertThat(map.shards()).as("seed %d", seed).isNotNull();
            } catch (InvalidProtocolBufferException e) {
                unreadable++;
            } catch (RingKvException e) {
                assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.MALFORMED_FRAME);
            }
        }
        assertThat(unreadable).as("messages that protobuf itself refuses").isBetween(1, 19_999);
    }

    @Test
    void carriesIdentitiesAsSixteenBytes() {
        ClusterId cluster = new ClusterId(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
        GroupId group = new GroupId(cluster.value());
        ClientId client = ClientId.parse("00112233445566778899aabbccddeeff");
        ByteString bytes = ByteString.fromHex("00112233445566778899aabbccddeeff");

        assertThat(IdMessages.toBytes(cluster)).isEqualTo(bytes);
        assertThat(IdMessages.toBytes(group)).isEqualTo(bytes);
        assertThat(IdMessages.toBytes(client)).isEqualTo(bytes);
        assertThat(IdMessages.clusterId(bytes)).isEqualTo(cluster);
        assertThat(IdMessages.optionalClusterId(bytes)).isEqualTo(cluster);
        assertThat(IdMessages.groupId(bytes)).isEqualTo(group);
        assertThat(IdMessages.clientId(bytes)).isEqualTo(client);
    }

    @Test
    void tellsAbsentIdentitiesFromWrongOnes() {
        assertThat(IdMessages.optionalClusterId(ByteString.EMPTY)).isNull();
        assertThat(IdMessages.optionalServerId(0)).isNull();
        assertThat(IdMessages.optionalServerId(5)).isEqualTo(new ServerId(5));
        assertThat(IdMessages.optionalManagerId(0)).isNull();
        assertThat(IdMessages.optionalManagerId(5)).isEqualTo(IdMessages.managerId(5));
        refused(() -> IdMessages.optionalClusterId(ByteString.copyFrom(new byte[15])), "cluster id", "15 bytes");
        refused(() -> IdMessages.clientId(ByteString.copyFrom(new byte[16])), "client id");
        refused(() -> IdMessages.serverId(0), "server id");
        refused(() -> IdMessages.managerId(0), "manager id");
        refused(() -> IdMessages.shardId(0), "shard id");
    }

    private static void refused(ThrowingCallable call, CharSequence... mentions) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_FRAME))
                .hasMessageContainingAll(mentions);
    }

    private static ShardRecord shard(ReplicaRecord replica) {
        return new ShardRecord(
                new ShardId(1),
                new GroupId(new UUID(1, 2)),
                1,
                TokenRange.fullCircle(),
                1,
                1,
                List.of(replica),
                replica.server());
    }
}
