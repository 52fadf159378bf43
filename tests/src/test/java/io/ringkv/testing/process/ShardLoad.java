package io.ringkv.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Load on one shard: a counter that is incremented one by one, and writers that each overwrite keys of their own. No call may
 * fail, and in the end everything must be as it was acknowledged.
 */
final class ShardLoad implements AutoCloseable {
    private static final int WRITERS = 3;
    private static final int KEYS_PER_WRITER = 50;
    private static final long END_SECONDS = 60;

    private final BlockingRingKvClient client;
    private final String tag;
    private final ExecutorService threads = Executors.newFixedThreadPool(1 + WRITERS);
    private final List<Future<Map<Bytes, Bytes>>> running = new ArrayList<>();
    private final Acknowledged counted = new Acknowledged();
    private volatile boolean over;

    private ShardLoad(BlockingRingKvClient client, String tag) {
        this.client = client;
        this.tag = tag;
    }

    /**
     * Starts the load.
     *
     * @param name of the keys, not used before
     */
    static ShardLoad start(RingKvClient client, ShardId shard, String name) {
        BlockingRingKvClient blocking = client.blocking();
        ShardLoad load = new ShardLoad(blocking, tagOn(blocking, shard, name));
        load.running.add(load.threads.submit(load::count));
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            load.running.add(load.threads.submit(() -> load.write(number)));
        }
        return load;
    }

    /** A hash tag whose keys lie on the shard. */
    private static String tagOn(BlockingRingKvClient client, ShardId shard, String name) {
        for (int i = 0; ; i++) {
            String tag = "{" + name + i + "}";
            if (client.locate(Bytes.utf8(tag)).shard().id().equals(shard)) {
                return tag;
            }
        }
    }

    /** The counter. */
    Bytes counter() {
        return Bytes.utf8(tag + "counter");
    }

    /** What was acknowledged of the counter. */
    Acknowledged counted() {
        return counted;
    }

    /** Whether a call has failed, so that there is nothing to wait for; {@link #finish} says which. */
    boolean hasFailed() {
        return running.stream().anyMatch(Future::isDone);
    }

    private Map<Bytes, Bytes> count() {
        Bytes key = counter();
        long expected = 0;
        while (!over) {
            expected++;
            assertThat(client.increment(key, 1).value()).isEqualTo(expected);
            counted.add(expected);
        }
        return Map.of(key, Bytes.utf8(Long.toString(expected)));
    }

    private Map<Bytes, Bytes> write(int writer) {
        Map<Bytes, Bytes> acknowledged = new HashMap<>();
        for (long i = 0; !over; i++) {
            Bytes key = Bytes.utf8(tag + "writer" + writer + "-" + i % KEYS_PER_WRITER);
            Bytes value = Bytes.utf8("value " + i);
            client.put(key, value);
            acknowledged.put(key, value);
        }
        return acknowledged;
    }

    /** Ends the load, and checks that no call failed and nothing that was acknowledged is lost or done twice. */
    void finish() throws InterruptedException, ExecutionException, TimeoutException {
        over = true;
        for (Future<Map<Bytes, Bytes>> each : running) {
            each.get(END_SECONDS, TimeUnit.SECONDS)
                    .forEach((key, value) ->
                            assertThat(client.get(key).value()).as("%s", key).contains(value));
        }
    }

    @Override
    public void close() {
        over = true;
        threads.shutdown();
    }
}
