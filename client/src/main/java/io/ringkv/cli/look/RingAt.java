package io.ringkv.cli.look;

import io.ringkv.client.RingKvClient;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RingAtQuestion;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;

/** The ring as it was. Stateless. */
final class RingAt {

    private RingAt() {}

    /** Asks the manager for the shard map of an earlier ring epoch. */
    static ShardMap ask(RingKvClient client, long ringEpoch, Duration timeout) throws Exception {
        Question question = Question.newBuilder()
                .setRingAt(RingAtQuestion.newBuilder().setRingEpoch(ringEpoch))
                .build();
        return ShardMapMessages.fromMessage(
                client.admin().ask(question, timeout).get().getRingAt());
    }

    /** What a shard map says, in the form of a status; who leads and what is reported is not in it. */
    static ClusterStatus status(ShardMap map) {
        ClusterStatus.Builder status = ClusterStatus.newBuilder()
                .setClusterId(IdMessages.toBytes(map.cluster()))
                .setRingEpoch(map.ringEpoch())
                .setReplicationFactor(map.replicationFactor())
                .setPlaced(!map.shards().isEmpty());
        map.servers()
                .forEach(server ->
                        status.addServers(ServerStatus.newBuilder().setServer(ShardMapMessages.toMessage(server))));
        map.shards()
                .forEach(shard ->
                        status.addShards(ShardStatus.newBuilder().setRecord(ShardMapMessages.toMessage(shard))));
        return status.build();
    }
}
