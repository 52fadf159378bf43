package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.DigestAt;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.rpc.ShardStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** Compares what is on the disks of servers with what the shard map says, and replicas with each other. */
final class ReplicaAudit {
    private final TestRing ring;

    ReplicaAudit(TestRing ring) {
        this.ring = ring;
    }

    /**
     * Waits until every shard has all its replicas, each server that runs has the directories of exactly those replicas that
     * the map gives it, and its ledger says so too; then compares the digests of replicas.
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
            status[0].getShardsList().forEach(this::checkDigests);
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

    private void checkDigests(ShardStatus shard) {
        List<DigestAt> seen = new ArrayList<>();
        TestRing.await(
                TestRing.PATIENCE,
                () -> {
                    seen.clear();
                    seen.addAll(digests(shard));
                    long indexes =
                            seen.stream().map(DigestAt::getIndex).distinct().count();
                    return indexes == 1 && seen.get(0).getIndex() > 0;
                },
                () -> "equal indexes: " + seen);
        assertThat(seen)
                .as("shard %d", shard.getRecord().getShard())
                .hasSize(shard.getRecord().getReplicasCount())
                .containsOnly(seen.get(0));
    }

    /** What the shard's replicas report of their whole state. */
    private List<DigestAt> digests(ShardStatus shard) {
        return shard.getRecord().getReplicasList().stream()
                .map(replica -> ring.gate()
                        .report(replica.getServerId(), shard.getRecord().getShard()))
                .map(report -> report == null ? DigestAt.getDefaultInstance() : report.getStateDigest())
                .toList();
    }
}
