package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.log.MalformedBytesException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that a hostile client smuggled into the log must come to a refusal, the same everywhere, never to a crash. */
class HostileBodiesTest {

    private static final LogOperationType[] TYPES = {
        LogOperationType.PUT,
        LogOperationType.DELETE,
        LogOperationType.COMPARE_AND_SET,
        LogOperationType.INCREMENT,
        LogOperationType.BATCH,
        LogOperationType.RESOLVE
    };

    @Test
    void randomBodiesAreRefusedOrApplied() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ShardFixture shard = ShardFixture.created();
            long session = shard.openSession(1, 1000);
            for (int i = 1; i <= 30; i++) {
                byte[] body = randomBody(random);
                LogOperationType type = TYPES[random.nextInt(TYPES.length)];
                assertThat(shard.in(session, i, Math.max(1, i - 5), type, body).apply())
                        .as("seed %d", seed)
                        .hasSize(1);
            }
            assertThat(shard.state().digest()).as("seed %d", seed).isEqualTo(shard.recomputedDigest());
        }
    }

    @Test
    void whatIsAcceptedIsAcceptedByTheGeneratedParserToo() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            assertNoMoreLenient(seed, random, LogOperationType.PUT, ShardFixture.put("key", "value"), PutOp.parser());
            assertNoMoreLenient(seed, random, LogOperationType.DELETE, ShardFixture.delete("key"), DeleteOp.parser());
            assertNoMoreLenient(
                    seed,
                    random,
                    LogOperationType.INCREMENT,
                    ShardFixture.increment("key", random.nextLong()),
                    IncrementOp.parser());
            assertNoMoreLenient(
                    seed,
                    random,
                    LogOperationType.COMPARE_AND_SET,
                    ShardFixture.cas("key")
                            .setExpectedRevision(random.nextLong())
                            .setValue(ShardFixture.bytes("value"))
                            .build(),
                    CompareAndSetOp.parser());
        }
    }

    @Test
    void keyIsRequired() {
        ShardFixture shard = ShardFixture.created();
        long session = shard.openSession(1, 1000);
        assertThat(shard.in(session, 1, ShardFixture.put("", "x")).applyOne().code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.in(session, 2, ShardFixture.delete("")).applyOne().code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void compareAndSetMustSayWhatItExpectsAndWhatItDoes() {
        CompareAndSetOp.Builder cas = ShardFixture.cas("a");
        for (CompareAndSetOp bad : new CompareAndSetOp[] {
            cas.build(),
            cas.clone().setExpectedAbsent(true).build(),
            cas.clone().setDelete(true).build(),
            cas.clone().setExpectedAbsent(false).setDelete(true).build(),
            cas.clone().setExpectedAbsent(true).setDelete(false).build()
        }) {
            ShardFixture shard = ShardFixture.created();
            long session = shard.openSession(1, 1000);
            assertThat(shard.in(session, 1, bad).applyOne().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        }
    }

    @Test
    void randomNumbersInTheHeaderAreHarmless() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ShardFixture shard = ShardFixture.created();
            long session = shard.openSession(1, 1000);
            for (int i = 0; i < 50; i++) {
                long sequence = random.nextLong() >> random.nextInt(64);
                long floor = random.nextLong() >> random.nextInt(64);
                shard.at(random.nextLong() >> random.nextInt(64))
                        .in(
                                random.nextBoolean() ? session : random.nextLong(),
                                sequence,
                                floor,
                                ShardFixture.put("a", "1"))
                        .apply();
            }
            assertThat(shard.state().digest()).as("seed %d", seed).isEqualTo(shard.recomputedDigest());
        }
    }

    private static byte[] randomBody(Random random) {
        if (random.nextInt(3) == 0) {
            byte[] body = new byte[random.nextInt(20)];
            random.nextBytes(body);
            return body;
        }
        MessageLite[] proper = {
            ShardFixture.put("a", "1"),
            ShardFixture.batch(ShardFixture.put("b", "2"), ShardFixture.increment("c", 3)),
            ShardFixture.cas("a").setExpectedAbsent(true).setDelete(true).build(),
            ShardFixture.resolve(5)
        };
        byte[] body = proper[random.nextInt(proper.length)].toByteArray();
        for (int flips = random.nextInt(3); flips > 0; flips--) {
            body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(body, random.nextInt(body.length + 1)) : body;
    }

    private static void assertNoMoreLenient(
            long seed,
            Random random,
            LogOperationType type,
            MessageLite message,
            Parser<? extends MessageLite> parser) {
        byte[] body = message.toByteArray();
        byte[] damaged = Arrays.copyOf(body, random.nextInt(body.length + 1));
        if (damaged.length > 0 && random.nextBoolean()) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (readable(type, damaged)) {
            assertThat(parses(parser, damaged)).as("seed %d, %s", seed, type).isTrue();
        }
    }

    private static boolean readable(LogOperationType type, byte[] body) {
        try {
            new KeyCommand().read(type, body, 0, body.length);
            return true;
        } catch (MalformedBytesException e) {
            return false;
        }
    }

    private static boolean parses(Parser<? extends MessageLite> parser, byte[] body) {
        try {
            parser.parseFrom(body);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }
}
