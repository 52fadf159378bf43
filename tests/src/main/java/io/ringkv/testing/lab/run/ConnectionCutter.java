package io.ringkv.testing.lab.run;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Cuts all connections of clients now and then, so that answers get lost and the clients have to send again what they do
 * not know the outcome of. Closing it stops it.
 */
final class ConnectionCutter implements AutoCloseable {
    private final CuttableConnections connections;
    private final AtomicLong cuts = new AtomicLong();
    private final Thread thread;

    private ConnectionCutter(CuttableConnections connections, SplittableRandom random, long meanMillis) {
        this.connections = connections;
        this.thread = new Thread(() -> run(random, meanMillis), "lab-cutter");
        thread.setDaemon(true);
    }

    /**
     * Starts cutting.
     *
     * @param meanMillis mean time between two cuts
     */
    static ConnectionCutter start(CuttableConnections connections, SplittableRandom random, long meanMillis) {
        ConnectionCutter cutter = new ConnectionCutter(connections, random, meanMillis);
        cutter.thread.start();
        return cutter;
    }

    /** Connections cut so far. */
    long cuts() {
        return cuts.get();
    }

    private void run(SplittableRandom random, long meanMillis) {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(1 + random.nextLong(2 * meanMillis));
                cuts.addAndGet(connections.cutAll());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
