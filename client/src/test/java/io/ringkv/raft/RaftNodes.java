package io.ringkv.raft;

import static org.assertj.core.api.Assertions.fail;

import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Several nodes on loopback, in one process, for tests of the adapter. Members are numbered from 1. */
final class RaftNodes implements AutoCloseable {
    private final Path root;
    private final TreeMap<Long, RaftNode> nodes = new TreeMap<>();
    private final TreeMap<Long, Integer> ports = new TreeMap<>();
    SnapshotSchedule schedule = SnapshotSchedule.DEFAULT;
    UnaryOperator<RatisSettings> tuning = settings -> settings;

    RaftNodes(Path root) {
        this.root = root;
    }

    RaftNode start(long id) throws IOException {
        Path raft = root.resolve("n" + id).resolve("raft");
        DurableFiles.createDirectories(raft);
        RatisSettings settings = RatisSettings.defaults(
                        raft, root.resolve("n" + id).resolve("removed"), "127.0.0.1", ports.getOrDefault(id, 0))
                .withElectionTimeoutMillis(300, 600)
                .withFreeSpaceMinBytes(0);
        RaftNode node = RaftNode.start(
                id, tuning.apply(settings), group -> new ListMachine(raft.resolve(group.toString()), schedule));
        nodes.put(id, node);
        ports.put(id, node.port());
        return node;
    }

    RaftNode node(long id) {
        return Objects.requireNonNull(nodes.get(id), "node");
    }

    void stop(long id) {
        Objects.requireNonNull(nodes.remove(id), "node").close();
    }

    List<RaftMember> members(long... ids) {
        List<RaftMember> members = new ArrayList<>();
        for (long id : ids) {
            members.add(new RaftMember(id, "127.0.0.1:" + ports.get(id)));
        }
        return members;
    }

    void create(GroupId group, long... ids) {
        List<RaftMember> members = members(ids);
        for (long id : ids) {
            get(node(id).create(group, members));
        }
    }

    RaftDivision division(long id, GroupId group) {
        RaftDivision division = node(id).division(group);
        return division != null ? division : fail("node " + id + " has no division of " + group);
    }

    /** Waits until one of the running members is ready to lead. */
    RaftDivision awaitLeader(GroupId group) {
        RaftDivision[] leader = new RaftDivision[1];
        await("a leader of " + group, () -> {
            for (RaftNode node : nodes.values()) {
                RaftDivision division = node.division(group);
                if (division != null) {
                    DivisionState state = division.state();
                    if (state.running() && state.ready() && state.settled()) {
                        leader[0] = division;
                        return true;
                    }
                }
            }
            return false;
        });
        return leader[0];
    }

    long idOf(RaftDivision division) {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue().division(division.group()) == division)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("waited 20 s for " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Stops all that run, all at once: Ratis waits up to 3 s for each one's connections to the others. */
    void stopAll() {
        List<CompletableFuture<Void>> ending = nodes.values().stream()
                .map(node -> CompletableFuture.runAsync(node::close, task -> new Thread(task).start()))
                .toList();
        ending.forEach(CompletableFuture::join);
        nodes.clear();
    }

    @Override
    public void close() {
        stopAll();
    }
}
