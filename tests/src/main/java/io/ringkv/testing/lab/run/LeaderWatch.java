package io.ringkv.testing.lab.run;

import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks the shard manager again and again who leads what. Used by one thread, besides its own. */
final class LeaderWatch implements AutoCloseable {
    private static final long POLL_MILLIS = 250;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int MOST_CHANGES = 100_000;

    private final RingKvClient client;
    private final Recorder clock;
    private final Map<Integer, Leadership> open = new TreeMap<>();
    private final List<Leadership> ended = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "lab-leaders");
    private volatile boolean stop;

    private LeaderWatch(RingKvClient client, Recorder clock) {
        this.client = client;
        this.clock = clock;
        thread.setDaemon(true);
    }

    static LeaderWatch start(RingKvClient client, Recorder clock) {
        LeaderWatch watch = new LeaderWatch(client, clock);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        while (!stop) {
            try {
                ClusterStatus status =
                        client.blocking().status(ReadOptions.defaults().withTimeout(PATIENCE));
                if (status.getComplete()) {
                    see(status, clock.nowNanos());
                }
            } catch (RingKvException unanswered) {
                // The managers may be the ones that are disturbed. What was seen last goes on.
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void see(ClusterStatus status, long now) {
        Map<Long, String> labels = new HashMap<>();
        for (ServerStatus server : status.getServersList()) {
            labels.put(server.getServer().getServerId(), server.getServer().getLabel());
        }
        for (ShardStatus shard : status.getShardsList()) {
            int number = shard.getRecord().getShard();
            String leader = labels.getOrDefault(shard.getLeader(), "");
            Leadership before = open.get(number);
            if (before != null && before.server().equals(leader)) {
                continue;
            }
            if (before != null && ended.size() < MOST_CHANGES) {
                ended.add(new Leadership(number, before.server(), before.fromNanos(), now));
            }
            open.put(number, new Leadership(number, leader, now, now));
        }
    }

    /** What was seen, shard by shard, in the order of time. Once it is closed. */
    List<Leadership> seen() {
        long now = clock.nowNanos();
        List<Leadership> all = new ArrayList<>(ended);
        open.values().forEach(last -> all.add(new Leadership(last.shard(), last.server(), last.fromNanos(), now)));
        all.sort(java.util.Comparator.comparingInt(Leadership::shard).thenComparingLong(Leadership::fromNanos));
        return List.copyOf(all);
    }

    @Override
    public void close() {
        stop = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
