package io.ringkv.testing.barrier;

import java.util.ArrayList;
import java.util.List;

/** Which numbers were acknowledged to the only writer of a key, and when. Written by one thread, read by any. */
final class Acknowledged {
    private record Ack(long nanos, int number) {}

    private final List<Ack> acks = new ArrayList<>();

    /** Called as soon as the number was acknowledged; numbers rise. */
    synchronized void add(int number) {
        acks.add(new Ack(System.nanoTime(), number));
    }

    /** The newest number that was acknowledged before this time; 0 before the first. */
    synchronized int newestAt(long nanos) {
        int newest = 0;
        for (int i = acks.size() - 1; i >= 0 && newest == 0; i--) {
            if (acks.get(i).nanos() - nanos <= 0) {
                newest = acks.get(i).number();
            }
        }
        return newest;
    }
}
