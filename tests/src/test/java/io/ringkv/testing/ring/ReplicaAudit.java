package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.ExecuteReply;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ScanOp;
import io.ringkv.rpc.ScanResult;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Compares what is on the disks of servers with what the shard map says, and replicas with each other. */
final class ReplicaAudit {
    private static final long DEADLINE_SECONDS = 5;

    private final TestRing ring;

    ReplicaAudit(TestRing ring) {
        this.ring = ring;
    }

    /**
     * Waits until every shard has all its replicas, each server that runs has the directories of exactly those replicas that
     * the map gives it, and its ledger says so too; then compares the contents.
     */
    void check(CheckedTraffic traffic) {
        ClusterStatus[] status = {ring.awaitWhole()};
        TestRing.await(
                TestRing.PATIENCE,
                () -> {
                    status[0] = ring.awaitWhole();
                    return differences(status[0]).isEmpty();
                },
                () -> "the disks to hold what the map says: " + differences(status[0]));
        traffic.quietly(() -> {
            ClusterStatus still = ring.awaitStatus("equal positions", ReplicaAudit::isEverywhereApplied);
            still.getShardsList().forEach(shard -> assertContentsEqual(still, shard));
        });
        assertThat(ring.gate().violations()).isEmpty();
    }

    private List<String> differences(ClusterStatus status) {
        List<String> differences = new ArrayList<>();
        for (ServerStatus server : status.getServersList()) {
            String label = server.getServer().getLabel();
            if (!ring.running().contains(label)) {
                continue;
            }
            Set<String> mapped = new TreeSet<>();
            for (ShardStatus shard : status.getShardsList()) {
                boolean isMapped = shard.getRecord().getReplicasList().stream()
                        .anyMatch(replica ->
                                replica.getServerId() == server.getServer().getServerId());
                if (isMapped) {
                    mapped.add(groupOf(shard.getRecord()));
                }
                differences.addAll(ledgerDifference(server, shard, isMapped));
            }
            for (String kind : List.of("raft", "store")) {
                Set<String> present = directories(ring.data(label).resolve(kind));
                if (!present.equals(mapped)) {
                    differences.add(label + "/" + kind + " has " + present + ", mapped " + mapped);
                }
            }
        }
        return differences;
    }

    private List<String> ledgerDifference(ServerStatus server, ShardStatus shard, boolean isMapped) {
        long id = server.getServer().getServerId();
        int number = shard.getRecord().getShard();
        var report = ring.gate().report(id, number);
        LedgerState state = report == null ? LedgerState.LEDGER_STATE_UNSPECIFIED : report.getLedgerState();
        boolean isAsMapped = isMapped
                ? state == LedgerState.LEDGER_STATE_MEMBER
                : state == LedgerState.LEDGER_STATE_UNSPECIFIED || state == LedgerState.LEDGER_STATE_REMOVED;
        return isAsMapped
                ? List.of()
                : List.of("ledger of " + server.getServer().getLabel() + " has shard " + number + " as " + state
                        + ", mapped: " + isMapped);
    }

    private static String groupOf(ShardRecord record) {
        java.nio.ByteBuffer bytes = record.getGroupId().asReadOnlyByteBuffer();
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    private static Set<String> directories(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            Set<String> names = new TreeSet<>();
            children.filter(Files::isDirectory).forEach(child -> names.add(String.valueOf(child.getFileName())));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEverywhereApplied(ClusterStatus status) {
        return status.getShardsList().stream().allMatch(shard -> {
            long commit = shard.getReplicasList().stream()
                    .mapToLong(ReplicaStatus::getCommitIndex)
                    .max()
                    .orElse(0);
            return shard.getReplicasList().stream().allMatch(replica -> replica.getAppliedIndex() == commit);
        });
    }

    private static void assertContentsEqual(ClusterStatus status, ShardStatus shard) {
        List<List<Entry>> contents = new ArrayList<>();
        for (Replica replica : shard.getRecord().getReplicasList()) {
            contents.add(scan(addressOf(status, replica.getServerId()), shard.getRecord()));
        }
        for (List<Entry> each : contents) {
            assertThat(each).as("shard %d", shard.getRecord().getShard()).isEqualTo(contents.get(0));
        }
    }

    private static String addressOf(ClusterStatus status, long server) {
        return status.getServersList().stream()
                .filter(each -> each.getServer().getServerId() == server)
                .map(each -> each.getServer().getClientAddress())
                .findFirst()
                .orElseThrow();
    }

    /** All that this one replica has. */
    private static List<Entry> scan(String address, ShardRecord shard) {
        List<Entry> entries = new ArrayList<>();
        try (EventLoops loops = EventLoops.start(1, "audit")) {
            ManagedChannel channel = Channels.open(HostPort.parse(address), loops, loops.group());
            try {
                ByteString next = ByteString.EMPTY;
                boolean goesOn = true;
                while (goesOn) {
                    ScanResult page = page(channel, shard, next);
                    entries.addAll(page.getEntriesList());
                    next = page.getNextStart();
                    goesOn = page.getMore();
                }
                return entries;
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static ScanResult page(ManagedChannel channel, ShardRecord shard, ByteString start) {
        Request request = Request.newBuilder()
                .setId(1)
                .setShard(shard.getShard())
                .setIncarnation(shard.getIncarnation())
                .setType(OperationType.OPERATION_TYPE_SCAN)
                .setBody(ScanOp.newBuilder().setStart(start).build().toByteString())
                .setConsistency(Consistency.CONSISTENCY_STALE)
                .build();
        ExecuteReply reply = KvGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .execute(ExecuteRequest.newBuilder().setRequest(request).build());
        assertThat(reply.getReply().getCode())
                .as("code of %s", reply.getReply())
                .isEqualTo(ErrorCode.OK.number());
        try {
            return ScanResult.parseFrom(reply.getReply().getBody());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
