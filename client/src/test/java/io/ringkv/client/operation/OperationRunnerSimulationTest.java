package io.ringkv.client.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.client.Bytes;
import io.ringkv.client.fake.FakeShard;
import io.ringkv.client.fake.ManualLoop;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.client.route.MapRefresher;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.client.session.Sessions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole life of thousands of writes in a network that does its worst, without threads, sockets or real time: each write
 * adds 1 to a key of its own, so the key shows how often it was applied.
 */
final class OperationRunnerSimulationTest {

    private static final ShardId SHARD = new ShardId(1);
    private static final long SLACK_MILLIS = 30;

    private final Map<ErrorFamily, Integer> outcomes = new EnumMap<>(ErrorFamily.class);

    /** One simulated cluster and client. */
    private static final class World {
        private final long seed;
        private final Random random;
        private final ManualLoop loop;
        private final FakeShard shard;
        private final SimulatedNetwork network;
        private final OperationRunner runner;
        private final Sessions<PendingOperation> sessions = new Sessions<>(new ClientId(5, 6));
        private final List<Increment> increments = new ArrayList<>();

        World(long seed, double trouble, int openRequestsMax) {
            this.seed = seed;
            this.random = new Random(seed);
            this.loop = new ManualLoop(random.nextLong() / 2);
            List<ServerId> servers =
                    Stream.of(1, 2, 3).map(number -> new ServerId(number)).toList();
            List<ReplicaRecord> replicas = servers.stream()
                    .map(server -> new ReplicaRecord(server, ReplicaRole.VOTER))
                    .toList();
            ShardRecord record = new ShardRecord(
                    SHARD, new GroupId(new UUID(1, 1)), 1, TokenRange.fullCircle(), 1, 1, replicas, servers.get(0));
            this.shard = new FakeShard(record);
            this.network = new SimulatedNetwork(loop, random, shard, servers, trouble);
            ShardRouter router = new ShardRouter();
            router.learn(new ShardMap(new ClusterId(new UUID(2, 2)), 1, 3, List.of(record), List.of(), List.of()));
            this.runner = new OperationRunner(
                    new RunnerSettings(openRequestsMax, 1 << 30, 600_000, new SimpleMeterRegistry()),
                    loop,
                    network,
                    router,
                    new NoRefresher(),
                    sessions,
                    new Random(seed + 1));
        }

        void increment(Duration timeout) {
            Increment increment = new Increment(this, increments.size(), timeout);
            increments.add(increment);
            try {
                runner.submit(increment);
            } catch (RingKvException e) {
                increment.failed(e);
            }
        }

        long applied(Increment increment) {
            Entry entry = shard.entry(increment.key);
            return entry == null ? 0 : Long.parseLong(entry.getValue().toStringUtf8());
        }
    }

    private static final class NoRefresher implements MapRefresher {
        @Override
        public void refresh(@Nullable ServerId informed) {
            // The map never changes here.
        }

        @Override
        public RingKvException noRoute() {
            return new RingKvException(ErrorCode.NO_ENDPOINT_REACHABLE, "No map");
        }
    }

    private static final class Increment extends PendingOperation {
        private final World world;
        private final Bytes key;
        private final long startedAtNanos;
        private int completions;
        private @Nullable RingKvException failure;
        private long completedAtNanos;

        Increment(World world, int number, Duration timeout) {
            super(request(Bytes.utf8("key" + number), timeout));
            this.world = world;
            this.key = Bytes.utf8("key" + number);
            this.startedAtNanos = world.loop.clock().nanos();
        }

        private static OperationRequest request(Bytes key, Duration timeout) {
            IncrementOp operation = IncrementOp.newBuilder()
                    .setKey(ByteString.copyFrom(key.toByteArray()))
                    .setDelta(1)
                    .build();
            return new OperationRequest(
                    OperationType.OPERATION_TYPE_INCREMENT,
                    operation.toByteString(),
                    Target.key(KeyHash.token(key.toByteArray())),
                    Consistency.CONSISTENCY_LINEARIZABLE,
                    false,
                    timeout);
        }

        @Override
        protected void succeeded(Reply reply, ShardRecord record) {
            complete(null);
        }

        @Override
        protected void failed(RingKvException why) {
            complete(why);
        }

        private void complete(@Nullable RingKvException why) {
            completions++;
            failure = why;
            completedAtNanos = world.loop.clock().nanos();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.3, 1.0, 2.0})
    void tellsTheTruthAboutEveryWriteHoweverBadTheNetwork(double trouble) {
        for (long seed = 1; seed <= 60; seed++) {
            World world = new World(seed, trouble, 10_000);
            world.network.makeTrouble(TimeUnit.SECONDS.toNanos(20));
            for (int i = 0; i < 60; i++) {
                for (int j = world.random.nextInt(8); j > 0; j--) {
                    world.increment(Duration.ofMillis(20 + world.random.nextInt(5_000)));
                }
                world.loop.runFor(TimeUnit.MILLISECONDS.toNanos(world.random.nextInt(300)));
            }
            world.loop.runAll();
            check(world);
        }
        if (trouble >= 1) {
            assertThat(outcomes.keySet())
                    .as("the network was bad enough to matter")
                    .contains(ErrorFamily.OK, ErrorFamily.OUTCOME_UNKNOWN, ErrorFamily.UNAVAILABLE);
        } else if (trouble == 0) {
            assertThat(outcomes.keySet()).containsExactly(ErrorFamily.OK);
        }
    }

    private void check(World world) {
        for (Increment increment : world.increments) {
            String as = "seed " + world.seed + ", " + increment.key + ", " + increment.failure;
            assertThat(increment.completions).as(as).isEqualTo(1);
            long tookMillis = TimeUnit.NANOSECONDS.toMillis(increment.completedAtNanos - increment.startedAtNanos);
            assertThat(tookMillis)
                    .as(as)
                    .isLessThanOrEqualTo(increment.request.timeout().toMillis() + SLACK_MILLIS);
            ErrorFamily family = increment.failure == null ? ErrorFamily.OK : increment.failure.family();
            outcomes.merge(family, 1, Integer::sum);
            if (family == ErrorFamily.OK) {
                assertThat(world.applied(increment)).as(as).isEqualTo(1);
            } else if (family == ErrorFamily.OUTCOME_UNKNOWN) {
                assertThat(world.applied(increment)).as(as).isLessThanOrEqualTo(1);
            } else {
                assertThat(world.applied(increment)).as(as).isZero();
            }
        }
        assertThat(world.shard.executedTwice()).as("seed %d", world.seed).isZero();
        assertThat(world.sessions.values())
                .as("seed %d", world.seed)
                .allMatch(session -> session.window().isIdle());
    }

    @Test
    void neverHasMoreWritesUnderWayThanTheWindowOfASession() {
        World world = new World(9, 0.5, 10_000);
        world.network.makeTrouble(TimeUnit.SECONDS.toNanos(5));
        for (int i = 0; i < 4 * Limits.SESSION_WINDOW; i++) {
            world.increment(Duration.ofSeconds(30));
        }
        world.loop.runAll();

        check(world);
        assertThat(outcomes.keySet()).doesNotContain(ErrorFamily.INVALID_ARGUMENT);
        assertThat(world.increments).filteredOn(each -> each.failure == null).hasSizeGreaterThan(3_000);
    }

    @Test
    void refusesWhatIsBeyondItsLimitAtOnceAndServesTheRest() {
        World world = new World(3, 0, 100);
        for (int i = 0; i < 150; i++) {
            world.increment(Duration.ofSeconds(5));
        }
        world.loop.runAll();

        assertThat(world.increments).filteredOn(each -> each.failure == null).hasSize(100);
        assertThat(world.increments)
                .filteredOn(each -> each.failure != null)
                .hasSize(50)
                .allSatisfy(each -> assertThat(each.failure)
                        .isInstanceOfSatisfying(
                                RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLIENT_QUEUE_FULL))
                        .hasMessageContaining("100 unanswered requests"));
        world.increment(Duration.ofSeconds(5));
        world.loop.runAll();
        assertThat(world.increments.get(150).failure).isNull();
    }

    @Test
    void opensANewSessionForWritesThatWereInNoneWhenTheOldOneExpired() {
        World world = new World(4, 0, 100);
        world.increment(Duration.ofSeconds(5));
        world.loop.runAll();
        world.shard.expireSessions();

        world.increment(Duration.ofSeconds(5));
        world.increment(Duration.ofSeconds(5));
        world.loop.runAll();

        check(world);
        assertThat(world.increments).allMatch(each -> each.failure == null);
    }

    @Test
    void closingFailsWhatIsOpenAndSaysWhichMayHaveBeenApplied() {
        World world = new World(5, 0, 1_000);
        world.shard.setLeader(null);
        world.increment(Duration.ofSeconds(5));
        world.loop.runFor(TimeUnit.MILLISECONDS.toNanos(50));

        world.runner.close();
        world.loop.runAll();

        assertThat(world.increments.get(0).failure)
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        e -> assertThat(e.code()).isIn(ErrorCode.CLIENT_CLOSED, ErrorCode.OUTCOME_UNKNOWN));
        check(world);
    }

    @Test
    void aShardWithoutLeaderIsNotFloodedWithRetries() {
        World world = new World(6, 0, 1_000);
        world.shard.setLeader(null);
        for (int i = 0; i < 100; i++) {
            world.increment(Duration.ofSeconds(3));
        }
        world.loop.runAll();

        assertThat(world.increments)
                .allSatisfy(each -> assertThat(each.failure)
                        .isInstanceOfSatisfying(
                                RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_LEADER)));
        // Each replica once, then one every 150 ms on average once pauses have grown.
        assertThat(world.network.requests()).isBetween(100L * 15, 100L * 30);
    }
}
