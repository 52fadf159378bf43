package io.ringkv.cli.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.rpc.ShardStatus;
import org.junit.jupiter.api.Test;

final class SteerCommandsTest {

    private final MemoryClient client = new MemoryClient();

    @Test
    void eachCommandAsksForTheStateThatIsWanted() {
        assertThat(asked("server", "drain", "s4").getDrainServer().getOn()).isTrue();
        assertThat(asked("server", "undrain", "s4").getDrainServer().getOn()).isFalse();
        assertThat(asked("server", "remove", "s4").getRemoveServer().getForce()).isFalse();
        assertThat(asked("server", "remove", "s4", "--force").getRemoveServer().getForce())
                .isTrue();
        assertThat(asked("server", "maintenance", "s4", "on", "--for", "5m")
                        .getMaintainServer()
                        .getMillis())
                .isEqualTo(300_000);
        assertThat(asked("server", "maintenance", "s4", "off")
                        .getMaintainServer()
                        .getMillis())
                .isZero();
        assertThat(asked("server", "confirm-down", "s4").getConfirmDown().getServer())
                .isEqualTo("s4");
        assertThat(asked("cluster", "set", "replication-factor", "5")
                        .getSetReplicationFactor()
                        .getReplicationFactor())
                .isEqualTo(5);
    }

    @Test
    void saysWhatHappenedAndWhatToKnow() {
        client.changeReply = ChangeReply.newBuilder()
                .setChanged(true)
                .setRingEpoch(9)
                .addNotices("An even number gains nothing.")
                .build();

        CommandRun run = CommandRun.of(client, "cluster", "set", "replication-factor", "4");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("replication-factor is 4 now.\n");
        assertThat(run.err()).isEqualTo("An even number gains nothing.\n");
        assertThat(CommandRun.of(client, "server", "drain", "s4", "-o", "jsonl").out())
                .isEqualTo("{\"schema\":\"v1\",\"changed\":true,\"ringEpoch\":9,"
                        + "\"notices\":[\"An even number gains nothing.\"]}\n");
    }

    @Test
    void aRefusalHasItsCodeAndItsExitCode() {
        client.refusal = new RingKvException(ErrorCode.SAFETY_REFUSED, "Server s4 holds a replica of shard 3");

        CommandRun run = CommandRun.of(client, "server", "remove", "s4");

        assertThat(run.exitCode()).isEqualTo(10);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("SAFETY_REFUSED: Server s4 holds a replica of shard 3.");
    }

    @Test
    void waitsUntilAServerIsEmpty() {
        client.status = status(ServerState.SERVER_STATE_DRAINING, 1, 2);
        assertThat(CommandRun.of(client, "server", "drain", "s4", "--wait").out())
                .isEqualTo("Server s4 is being emptied.\n");

        client.status = status(ServerState.SERVER_STATE_DRAINING, 4, 2);
        CommandRun tooLong = CommandRun.of(client, "server", "drain", "s4", "--wait", "--timeout", "10ms");
        assertThat(tooLong.exitCode()).isEqualTo(8);
        assertThat(tooLong.err())
                .contains("server s4 still leads 1 shards and holds 1 replicas")
                .contains("To stop it: ringkv server undrain s4.");
    }

    @Test
    void waitsUntilAllShardsHaveTheirReplicas() {
        client.status = status(ServerState.SERVER_STATE_ACTIVE, 4, 1);
        CommandRun tooFew =
                CommandRun.of(client, "cluster", "set", "replication-factor", "1", "--wait", "--timeout", "10ms");
        assertThat(tooFew.exitCode()).isZero();

        CommandRun tooMany =
                CommandRun.of(client, "cluster", "set", "replication-factor", "3", "--wait", "--timeout", "10ms");
        assertThat(tooMany.exitCode()).isEqualTo(8);
        assertThat(tooMany.err()).contains("0 of 1 shards have 3 healthy replicas");
    }

    @Test
    void wrongWordsAreUsageErrors() {
        assertThat(CommandRun.of(client, "server", "maintenance", "s4", "maybe").exitCode())
                .isEqualTo(2);
        assertThat(CommandRun.of(client, "server", "drain").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of(client, "cluster", "set", "colour", "3").exitCode())
                .isEqualTo(2);
    }

    private ChangeRequest asked(String... words) {
        client.changes.clear();
        assertThat(CommandRun.of(client, words).exitCode()).isZero();
        assertThat(client.changes).hasSize(1);
        return client.changes.get(0);
    }

    private static ClusterStatus status(ServerState state, long holder, int healthy) {
        ServerRecord server = ServerRecord.newBuilder()
                .setServerId(4)
                .setLabel("s4")
                .setState(state)
                .build();
        ShardRecord shard = ShardRecord.newBuilder()
                .setShard(1)
                .addReplicas(Replica.newBuilder().setServerId(holder))
                .build();
        return ClusterStatus.newBuilder()
                .setComplete(true)
                .addServers(ServerStatus.newBuilder().setServer(server))
                .addShards(ShardStatus.newBuilder()
                        .setRecord(shard)
                        .setLeader(holder)
                        .setHealthyReplicas(healthy))
                .build();
    }
}
