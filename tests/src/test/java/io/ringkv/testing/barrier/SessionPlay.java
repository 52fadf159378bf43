package io.ringkv.testing.barrier;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A writer who counts upwards at whoever leads, and readers who go from replica to replica with what the writer and they
 * themselves have seen. Notes every answer that shows less.
 */
final class SessionPlay implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int READ_MILLIS = 200;
    private static final long CLIENT = 1;

    /** A number that somebody has seen, and the revision of the state in which it stood. */
    private record Token(int number, long revision) {}

    private final ShardServers servers;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger staleControls = new AtomicInteger();
    private final AtomicIntegerArray served;
    private final List<Thread> threads = new ArrayList<>();
    private volatile Token written = new Token(0, 0);
    private volatile boolean stopped;

    SessionPlay(ShardServers servers) {
        this.servers = servers;
        this.served = new AtomicIntegerArray(servers.count() + 1);
        run("session-writer", this::write);
        for (int number = 1; number <= servers.count(); number++) {
            int first = number;
            run("session-reader-" + number, () -> read(first));
        }
    }

    private void run(String name, Runnable part) {
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                    } catch (RuntimeException e) {
                        violations.add(name + " ended: " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void write() {
        int at = 1;
        for (int number = 1; !stopped; number++) {
            Request put = ShardRequests.put(CLIENT, number, Integer.toString(number));
            Reply reply = servers.server(at).execute(put).join();
            while (reply.getCode() != 0 && !stopped) {
                LockSupport.parkNanos(PAUSE_NANOS);
                at = at % servers.count() + 1;
                reply = servers.server(at).execute(put).join();
            }
            if (reply.getCode() == 0) {
                written = new Token(number, reply.getRevision());
            }
        }
    }

    private void read(int first) {
        Token seen = new Token(0, 0);
        for (int at = first; !stopped; at = at % servers.count() + 1) {
            Token newest = written;
            seen = Long.compareUnsigned(newest.revision(), seen.revision()) > 0 ? newest : seen;
            String control = ShardRequests.value(
                    servers.server(at).execute(ShardRequests.staleGet()).join());
            if (control != null && !control.isEmpty() && Integer.parseInt(control) < seen.number()) {
                staleControls.incrementAndGet();
            }
            Reply reply = servers.server(at)
                    .execute(ShardRequests.sessionGet(seen.revision(), READ_MILLIS))
                    .join();
            String value = reply.getCode() == ErrorCode.KEY_NOT_FOUND.number() ? "" : ShardRequests.value(reply);
            if (value != null && seen.number() > 0) {
                served.incrementAndGet(at);
                Token answer = new Token(value.isEmpty() ? 0 : Integer.parseInt(value), reply.getRevision());
                if (answer.number() < seen.number() || Long.compareUnsigned(answer.revision(), seen.revision()) < 0) {
                    violations.add("server " + at + " answered " + answer + " to a session that had seen " + seen);
                }
                seen = answer;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Answers that showed less than the session had seen. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    /** How often a stale read showed less. */
    int staleControls() {
        return staleControls.get();
    }

    /** The newest number that was acknowledged to the writer. */
    int written() {
        return written.number();
    }

    /** Session reads that a server answered with a value. */
    int servedBy(int server) {
        return served.get(server);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            throw new AssertionError("A request was never answered.");
        }
    }
}
