package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.CloseOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.server.log.LogOperationType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Thousands of random operations: the shard and its naive counterpart must agree on every outcome and on the state. */
class ShardApplierComparisonTest {

    private static final int SEEDS = 200;
    private static final int ENTRIES = 120;

    @Test
    void agreesWithTheNaiveShard() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Run(seed).play();
        }
    }

    @Test
    void twoReplicasOfOneLogAreEqual() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(new Run(seed).play()).as("seed %d", seed).isEqualTo(new Run(seed).play());
        }
    }

    /** One random history. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final ShardFixture shard;
        private final NaiveShard naive;
        private final List<NaiveShard.Result> expected = new ArrayList<>();
        private long time;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            // Half of the ring, so that about half of the keys do not belong here; sometimes all of it.
            TokenRange range = random.nextInt(3) == 0
                    ? TokenRange.fullCircle()
                    : new TokenRange(new Token(Long.MIN_VALUE), new Token(0));
            shard = ShardFixture.created(range, IntentLookup.NONE);
            naive = new NaiveShard(range);
        }

        Digest play() {
            for (int i = 0; i < ENTRIES; i++) {
                time += random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(50);
                long stamped = random.nextInt(8) == 0 ? time - random.nextInt(1000) : time;
                shard.at(stamped);
                naive.time = Math.max(naive.time, stamped);
                expected.clear();
                for (int operations = random.nextInt(8); operations >= 0; operations--) {
                    addOperation();
                }
                assertThat(shard.apply())
                        .as("seed %d, entry %d", seed, i)
                        .extracting(Run::result)
                        .isEqualTo(expected);
                assertSameState();
            }
            return shard.state().digest();
        }

        private void addOperation() {
            long session = randomSession();
            int kind = random.nextInt(20);
            if (kind < 13) {
                addWrite(session);
            } else if (kind < 15) {
                OpenOp open = randomOpen();
                shard.control(LogOperationType.OPEN, open);
                expected.add(naive.control(open, 0, 0));
            } else if (kind < 17) {
                long sequence = sequenceNear(session);
                long floor = floorNear(session);
                MessageLite resolve = ShardFixture.resolve(sequence);
                shard.in(session, 0, floor, resolve);
                expected.add(naive.control(resolve, session, floor));
            } else if (kind == 17) {
                MessageLite expire = ShardFixture.expire(session, randomSession(), randomSession());
                shard.control(LogOperationType.EXPIRE, expire);
                expected.add(naive.control(expire, 0, 0));
            } else if (kind == 18 && random.nextInt(5) == 0) {
                shard.in(session, 0, 1, CloseOp.getDefaultInstance());
                expected.add(naive.control(CloseOp.getDefaultInstance(), session, 1));
            } else {
                MessageLite fence = ShardFixture.fence(random.nextInt(6), random.nextInt(100));
                shard.control(LogOperationType.FENCE, fence);
                expected.add(naive.control(fence, 0, 0));
            }
        }

        private void addWrite(long session) {
            long sequence = sequenceNear(session);
            long floor = floorNear(session);
            if (random.nextInt(30) == 0) {
                shard.in(session, sequence, floor, LogOperationType.PUT, new byte[] {-1});
                expected.add(naive.write(session, null, sequence, floor, null));
                return;
            }
            MessageLite body = random.nextInt(4) == 0 ? randomBatch() : randomSingle();
            if (random.nextInt(6) == 0) {
                long client = 1L + random.nextInt(5);
                shard.opening(client, sequence, body);
                expected.add(naive.write(0, ShardFixture.open(client, 0), sequence, 1, body));
            } else {
                shard.in(session, sequence, floor, body);
                expected.add(naive.write(session, null, sequence, floor, body));
            }
        }

        private MessageLite randomBatch() {
            MessageLite[] items = new MessageLite[random.nextInt(6)];
            for (int i = 0; i < items.length; i++) {
                items[i] = randomSingle();
            }
            return ShardFixture.batch(items);
        }

        private MessageLite randomSingle() {
            String key = "k" + random.nextInt(8);
            switch (random.nextInt(6)) {
                case 0 -> {
                    return ShardFixture.put(key, randomValue());
                }
                case 1 -> {
                    return ShardFixture.delete(key);
                }
                case 2, 3 -> {
                    return ShardFixture.increment(
                            key, random.nextInt(6) == 0 ? random.nextLong() : random.nextInt(9) - 4);
                }
                default -> {
                    return randomCompareAndSet(key);
                }
            }
        }

        private MessageLite randomCompareAndSet(String key) {
            CompareAndSetOp.Builder cas = ShardFixture.cas(key);
            NaiveShard.Item present = naive.data.get(key);
            switch (random.nextInt(3)) {
                case 0 -> cas.setExpectedAbsent(true);
                case 1 ->
                    cas.setExpectedRevision(
                            present != null && random.nextBoolean() ? present.mod() : random.nextInt(50));
                default ->
                    cas.setExpectedValue(ShardFixture.bytes(
                            present != null && random.nextBoolean() ? present.value() : randomValue()));
            }
            return random.nextInt(3) == 0
                    ? cas.setDelete(true).build()
                    : cas.setValue(ShardFixture.bytes(randomValue())).build();
        }

        private String randomValue() {
            return switch (random.nextInt(5)) {
                case 0 -> "";
                case 1 -> "text";
                case 2 -> Long.toString(Long.MAX_VALUE - random.nextInt(3));
                default -> Integer.toString(random.nextInt(20) - 10);
            };
        }

        private long randomSession() {
            List<Long> open = List.copyOf(new TreeMap<>(naive.sessions).keySet());
            return open.isEmpty() || random.nextInt(12) == 0
                    ? random.nextInt(200)
                    : open.get(random.nextInt(open.size()));
        }

        private OpenOp randomOpen() {
            return ShardFixture.open(1 + random.nextInt(5), random.nextInt(3) == 0 ? 0 : random.nextInt(60_000));
        }

        /** Mostly in and around the window, often one used before. */
        private long sequenceNear(long session) {
            NaiveShard.Session known = naive.sessions.get(session);
            long floor = known == null ? 1 : known.floor;
            return switch (random.nextInt(12)) {
                case 0 -> floor - 1 - random.nextInt(3);
                case 1 -> floor + 1020 + random.nextInt(8);
                default -> floor + random.nextInt(12);
            };
        }

        private long floorNear(long session) {
            NaiveShard.Session known = naive.sessions.get(session);
            return known == null ? 1 : Math.max(0, known.floor + random.nextInt(4) - 2);
        }

        private static NaiveShard.Result result(OperationOutcome outcome) {
            return new NaiveShard.Result(
                    outcome.code().name(),
                    outcome.revision(),
                    outcome.number(),
                    outcome.failedIndex(),
                    outcome.session(),
                    outcome.duplicate());
        }

        private void assertSameState() {
            TreeMap<String, NaiveShard.Item> items = new TreeMap<>();
            shard.records().forEach((key, bytes) -> {
                DataRecord record = DataRecord.parse(bytes);
                items.put(
                        new String(InternalKey.userKey(key), StandardCharsets.UTF_8),
                        new NaiveShard.Item(
                                new String(record.value(), StandardCharsets.UTF_8),
                                record.createRevision(),
                                record.modRevision(),
                                record.version()));
            });
            assertThat(items).as("seed %d", seed).isEqualTo(naive.data);
            ShardMeta meta = shard.meta();
            assertThat(List.of(
                            meta.revision(),
                            meta.shardTimeMillis(),
                            meta.replicaEpoch(),
                            meta.currentOperation(),
                            (long) shard.state().sessions().size(),
                            shard.state().keys()))
                    .as("seed %d", seed)
                    .containsExactly(
                            naive.revision,
                            naive.time,
                            naive.replicaEpoch,
                            naive.operation,
                            (long) naive.sessions.size(),
                            (long) naive.data.size());
            assertThat(shard.state().digest()).as("seed %d", seed).isEqualTo(shard.recomputedDigest());
        }
    }
}
