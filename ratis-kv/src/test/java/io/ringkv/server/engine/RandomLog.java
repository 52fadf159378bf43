package io.ringkv.server.engine;

import com.google.protobuf.MessageLite;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import java.util.Random;

/**
 * A log that is a function of its seed: any part of it can be produced again, in any process. Entry 0 creates the shard, some
 * entries are none of ours (configuration), the others hold a few random writes, in sessions of three clients, on few keys.
 */
final class RandomLog {

    private static final int KEYS = 500;

    private final long seed;
    private final int maxValueBytes;

    RandomLog(long seed, int maxValueBytes) {
        this.seed = seed;
        this.maxValueBytes = maxValueBytes;
    }

    /** Where the entry stands; the term grows now and then. */
    Position position(long index) {
        return new Position(1 + index / 50, index);
    }

    /** Whether the entry is none of ours. */
    boolean isForeign(long index) {
        return index > 0 && index % 50 == 0;
    }

    /** The entry, byte for byte the same every time. */
    byte[] entry(long index) {
        EntryEncoder encoder = new EntryEncoder();
        Random random = new Random(seed * 1_000_003 + index);
        if (index == 0) {
            encoder.add(
                    LogOperationType.CREATE_SHARD,
                    ShardFixture.createBody(TokenRange.fullCircle()).toByteArray());
        } else {
            int operations = 1 + random.nextInt(6);
            for (int i = 0; i < operations; i++) {
                add(encoder, random, index * 10 + i);
            }
        }
        return encoder.finish(new EntryHeader(1, ShardFixture.SHARD.value(), 1, 1, index * 7, 0, 1));
    }

    private void add(EntryEncoder encoder, Random random, long sequence) {
        String key = "key" + random.nextInt(KEYS);
        String value = "v".repeat(random.nextInt(maxValueBytes));
        MessageLite body;
        LogOperationType type;
        switch (random.nextInt(8)) {
            case 0 -> {
                body = ShardFixture.delete(key);
                type = LogOperationType.DELETE;
            }
            case 1 -> {
                body = ShardFixture.increment("counter" + random.nextInt(3), random.nextInt(100));
                type = LogOperationType.INCREMENT;
            }
            case 2 -> {
                body = ShardFixture.batch(
                        ShardFixture.put(key, value), ShardFixture.delete("key" + random.nextInt(KEYS)));
                type = LogOperationType.BATCH;
            }
            default -> {
                body = ShardFixture.put(key, value);
                type = LogOperationType.PUT;
            }
        }
        byte[] bytes = body.toByteArray();
        long client = 1L + random.nextInt(3);
        long floor = Math.max(1, sequence - 200);
        // Late copies now and then.
        long used = random.nextInt(10) == 0 ? Math.max(1, sequence - random.nextInt(100)) : sequence;
        encoder.addOpening(type, client, client, 0, used, floor, bytes, 0, bytes.length);
    }
}
