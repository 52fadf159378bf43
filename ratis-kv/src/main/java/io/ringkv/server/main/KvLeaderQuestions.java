package io.ringkv.server.main;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ExecuteReply;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ScanOp;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.rpc.support.Unary;
import io.ringkv.server.door.LeaderQuestions;
import io.ringkv.server.replica.ShardReplica;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the revision of a shard as any client could: by a linearizable scan for the first key alone, whose answer carries
 * the revision of the state it was read from. Thread-safe.
 */
final class KvLeaderQuestions implements LeaderQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(KvLeaderQuestions.class);
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final ScanOp FIRST_KEY =
            ScanOp.newBuilder().setLimit(1).setKeysOnly(true).build();

    private final ShardMapPublisher maps;
    private final ChannelCache channels;

    KvLeaderQuestions(ShardMapPublisher maps, ChannelCache channels) {
        this.maps = maps;
        this.channels = channels;
    }

    @Override
    public void askRevision(ServerId leader, ShardReplica replica, LongConsumer answer) {
        ShardMap map = maps.current().orElse(null);
        ServerRecord server = map == null ? null : map.server(leader);
        if (server == null) {
            return;
        }
        Request request = Request.newBuilder()
                .setId(1)
                .setShard(replica.shard().value())
                .setIncarnation(replica.incarnation())
                .setType(OperationType.OPERATION_TYPE_SCAN)
                .setBody(FIRST_KEY.toByteString())
                .setBudgetMillis(TIMEOUT_MILLIS)
                .build();
        try {
            KvGrpc.KvStub stub = KvGrpc.newStub(channels.to(HostPort.parse(server.clientAddress())))
                    .withDeadlineAfter(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            CompletableFuture<ExecuteReply> reply = Unary.call(
                    stub::execute,
                    ExecuteRequest.newBuilder().setRequest(request).build());
            CompletableFuture<Void> unused = reply.handle((answered, failure) -> {
                if (failure == null && answered.getReply().getCode() == 0) {
                    answer.accept(answered.getReply().getRevision());
                }
                return null;
            });
        } catch (RingKvException | IllegalStateException e) {
            LOG.debug("event=leader-not-asked server={} shard={}", leader, replica.shard(), e);
        }
    }
}
