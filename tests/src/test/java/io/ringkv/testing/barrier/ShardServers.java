package io.ringkv.testing.barrier;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.CreateReplica;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.TokenRange;
import io.ringkv.rpc.TransferLeader;
import io.ringkv.rpc.VoterAddress;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.testing.barrier.ShardServer.Answer;
import io.ringkv.testing.ratis.LinkFaults;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/**
 * A few servers of one shard in this JVM, numbered from 1, for attacks on their reads. Server 1 leads first. It is slow to
 * notice that it has lost its majority, as a paused process or one with a slow clock is, so that it goes on leading, as far as
 * it knows, for the whole of a test. Who else becomes leader is decided by the test.
 *
 * <p>Raft's links are cut by {@link LinkFaults}, those of the barrier by {@link CuttablePeers}: they are different
 * connections. One thread drives.
 */
final class ShardServers implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(25);
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();
    /** After so long an order to hand over has come to nothing: longer than the server itself waits for it. */
    private static final long HAND_OVER_NANOS = Duration.ofSeconds(4).toNanos();

    private static final int[] QUICK_ELECTIONS = {500, 1_000};
    private static final int[] SLOW_TO_NOTICE = {500, 60_000};
    /** The server that leads first. */
    private static final int FIRST = 1;

    /** Keeps the ids of all instances in this JVM apart: {@link LinkFaults} knows servers by no more. */
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final int instance = INSTANCES.incrementAndGet();
    private final GroupId group = new GroupId(new UUID(0xBA44, instance));
    private final LinkFaults faults = LinkFaults.open();
    private final EventLoops loops = EventLoops.start(1, "attack-loop");
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final List<ShardServer> servers = new ArrayList<>();
    private volatile Set<RaftPeerId> electable = Set.of();
    private long sequence;

    private ShardServers(Path root, int count, BarrierSettings settings) throws IOException {
        ClusterId cluster = new ClusterId(new UUID(0xC1, instance));
        for (int number = 1; number <= count; number++) {
            servers.add(new ShardServer(
                    new ServerId((0xBA44L << 32) + instance * 16L + number),
                    root.resolve("s" + number),
                    number == FIRST && count > 1 ? SLOW_TO_NOTICE : QUICK_ELECTIONS,
                    settings,
                    cluster,
                    loops,
                    background,
                    this::addressOf));
        }
        Set<RaftPeerId> all = servers.stream().map(ShardServers::raftId).collect(Collectors.toUnmodifiableSet());
        faults.refuse(request -> request.traffic() == Traffic.VOTES
                && all.contains(request.from())
                && !electable.contains(request.from()));
    }

    /** Starts servers and puts the shard on all of them; server 1 leads. */
    static ShardServers start(Path root, int count, BarrierSettings settings) throws IOException {
        return start(root, count, count, settings);
    }

    /** Starts servers and puts the shard on the first of them; server 1 leads. */
    static ShardServers start(Path root, int count, int voters, BarrierSettings settings) throws IOException {
        ShardServers started = new ShardServers(root, count, settings);
        try {
            started.createShard(voters);
            return started;
        } catch (RuntimeException | AssertionError e) {
            started.close();
            throw e;
        }
    }

    private void createShard(int voters) {
        int second = voters == 1 ? FIRST : FIRST + 1;
        electOnly(second);
        CreateReplica.Builder create = CreateReplica.newBuilder()
                .setRange(TokenRange.newBuilder().setStartExclusive(-1).setEndInclusive(-1))
                .setRangeEpoch(1)
                .setLevel(1);
        List<ShardServer> first = servers.subList(0, voters);
        first.forEach(server -> create.addVoters(raftAddress(server)));
        Instruction creation = instruction().setCreate(create).build();
        first.forEach(server -> server.replicas().obey(1, creation));
        await("server " + second + " leads", () -> server(second).leads() && hasMeta(server(second)));
        // The first one takes long to stand for election by itself.
        handOver(second, FIRST);
    }

    private static boolean hasMeta(ShardServer server) {
        ShardReplica replica = server.replica();
        try {
            return replica != null && replica.reader().meta() != null;
        } catch (EngineClosedException e) {
            return false;
        }
    }

    static VoterAddress raftAddress(ShardServer server) {
        return VoterAddress.newBuilder()
                .setServerId(server.id().value())
                .setRaftAddress(server.raftAddress())
                .build();
    }

    /** An instruction about the shard, of replica epoch 1 and without an action. */
    Instruction.Builder instruction() {
        return Instruction.newBuilder()
                .setShard(ShardServer.SHARD.value())
                .setGroupId(IdMessages.toBytes(group))
                .setIncarnation(1)
                .setReplicaEpoch(1);
    }

    private @Nullable HostPort addressOf(ServerId id) {
        return servers.stream()
                .filter(server -> server.id().equals(id))
                .findAny()
                .map(ShardServer::address)
                .orElse(null);
    }

    private static RaftPeerId raftId(ShardServer server) {
        return RaftPeerId.valueOf(server.id().toString());
    }

    ShardServer server(int number) {
        return servers.get(number - 1);
    }

    /** From now on only these can win an election. Who leads goes on leading. */
    void electOnly(int... candidates) {
        electable = ids(candidates);
    }

    int count() {
        return servers.size();
    }

    private Set<RaftPeerId> ids(int... numbers) {
        return IntStream.of(numbers).mapToObj(number -> raftId(server(number))).collect(Collectors.toUnmodifiableSet());
    }

    /** Orders a leader to hand over to another one, who may be elected from now on. */
    void transfer(int from, int to) {
        electOnly(to);
        server(from)
                .replicas()
                .obey(
                        1,
                        instruction()
                                .setTransferLeader(TransferLeader.newBuilder()
                                        .setTarget(server(to).id().value()))
                                .build());
    }

    /** Orders a leader to hand over, again when that came to nothing, and waits until the other one leads. */
    void handOver(int from, int to) {
        AtomicLong ordered = new AtomicLong(System.nanoTime() - HAND_OVER_NANOS);
        await("server " + to + " has taken over from server " + from, () -> {
            long now = System.nanoTime();
            if (from != to && server(from).leads() && now - ordered.get() >= HAND_OVER_NANOS) {
                ordered.set(now);
                transfer(from, to);
            }
            return server(to).leads();
        });
    }

    /** Cuts Raft between these servers and all others; the barrier's links stay. */
    Fault cutRaft(int... side) {
        int[] others = IntStream.rangeClosed(1, servers.size())
                .filter(number -> Arrays.stream(side).noneMatch(one -> one == number))
                .toArray();
        return faults.partition(ids(side), ids(others));
    }

    /** Cuts kinds of Raft's traffic in one direction. */
    Fault cutRaftLink(int from, int to, Traffic... traffic) {
        return faults.cut(raftId(server(from)), raftId(server(to)), traffic);
    }

    /** Cuts the barrier of one server off from another; Raft's links stay. */
    void cutBarrier(int from, int to) {
        server(from).peers().cut(server(to).id());
    }

    /** Waits until this server leads in a term above the other's. */
    void awaitLeaderAbove(int leader, int deposed) {
        await(
                "server " + leader + " leads in a later term than server " + deposed,
                () -> server(leader).leads()
                        && server(leader).term() > server(deposed).term());
    }

    /** Writes through this server until it acknowledges. */
    void put(int number, String key, String value) {
        List<CompletableFuture<?>> attempts = new ArrayList<>();
        await("server " + number + " acknowledges " + key + "=" + value, () -> {
            CompletableFuture<?> last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
            if (last == null || last.isCompletedExceptionally()) {
                ShardReplica replica = server(number).replica();
                if (replica != null) {
                    attempts.add(replica.submit(entry(key, value)).toCompletableFuture());
                }
                return false;
            }
            return last.isDone();
        });
    }

    /** Writes through this server, once; completes when the write is acknowledged, or refused. */
    CompletableFuture<?> submit(int number, String key, String value) {
        ShardReplica replica = server(number).replica();
        if (replica == null) {
            throw new IllegalStateException("Server " + number + " has no replica.");
        }
        return replica.submit(entry(key, value)).toCompletableFuture();
    }

    private byte[] entry(String key, String value) {
        byte[] body = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build()
                .toByteArray();
        EntryEncoder encoder = new EntryEncoder();
        encoder.addOpening(LogOperationType.PUT, 1, ++sequence, 0, 1, 1, body, 0, body.length);
        return encoder.finish(new EntryHeader(1, ShardServer.SHARD.value(), 1, 1, 0, 0, 0));
    }

    /** A read behind the barrier, and its answer. */
    Answer read(int number, String key) {
        CompletableFuture<Answer> answer = server(number).read(key);
        await("a read at server " + number + " is answered", answer::isDone);
        return answer.join();
    }

    /** A read behind the barrier that is served, perhaps not at the first try: on a busy machine a round may be late. */
    String readServed(int number, String key) {
        List<String> served = new ArrayList<>();
        await("server " + number + " serves a read", () -> {
            String value = read(number, key).value();
            return value != null && served.add(value);
        });
        return served.get(0);
    }

    /** Waits for a condition, never for time. */
    void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("Waited in vain until " + what + ".\n" + this);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public String toString() {
        return servers.stream().map(ShardServer::toString).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        faults.close();
        // All at once: after a fault Ratis waits up to 3 s for the connections of each server.
        List<CompletableFuture<Void>> closing = servers.stream()
                .map(server -> CompletableFuture.runAsync(server::close))
                .toList();
        closing.forEach(CompletableFuture::join);
        background.shutdownNow();
        loops.close();
    }
}
