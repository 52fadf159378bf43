package io.ringkv.server.door;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one stream that wait to be sent, encoded already: the bytes of a {@code ServerFrame} grow with every answer,
 * until the sender takes it. Bounded by its users: they stop making results when {@link #unsentBytes} is high.
 *
 * <p>Thread-safe: answers come from any thread, frames are taken by one.
 */
final class OutboundFrames {
    private static final int REPLIES = 2;
    private static final int PONG = 3;
    private static final int RING_EPOCH = 4;

    /** A spare frame keeps its array up to this size. */
    private static final int KEPT_BYTES = 256 * 1024;

    private final int frameBytes;
    private final ArrayDeque<WireBuffer> full = new ArrayDeque<>();
    private WireBuffer filling = new WireBuffer();
    private @Nullable WireBuffer spare;
    private boolean somethingToSay;
    private long pong;
    private long ringEpoch;
    private long unsentBytes;

    /** @param frameBytes a frame takes no further answer once it has so many bytes */
    OutboundFrames(int frameBytes) {
        this.frameBytes = frameBytes;
    }

    synchronized void add(RequestHeader request, Answer answer, int load) {
        int before = filling.length();
        answer.writeTo(filling, REPLIES, request.id, load);
        unsentBytes += filling.length() - before;
        somethingToSay = true;
        if (filling.length() >= frameBytes) {
            full.addLast(filling);
            filling = takeSpare();
        }
    }

    /** Sends this number with the next frame, in place of an earlier one that was not sent yet. */
    synchronized void addPong(long number) {
        pong = number;
        somethingToSay = true;
    }

    /** Tells of a newer shard map with the next frame. */
    synchronized void addRingEpoch(long epoch) {
        ringEpoch = epoch;
        somethingToSay = true;
    }

    /** Sends a frame even if there is nothing to say: a sign of life. */
    synchronized void addSignOfLife() {
        somethingToSay = true;
    }

    /** Whether there is nothing to send. */
    synchronized boolean isEmpty() {
        return full.isEmpty() && !somethingToSay;
    }

    /** Bytes of answers that were not taken yet. */
    synchronized long unsentBytes() {
        return unsentBytes;
    }

    /** Takes the next frame; null when there is nothing to send. Give it back when it is sent. */
    synchronized @Nullable WireBuffer poll() {
        WireBuffer frame = full.pollFirst();
        if (frame == null) {
            if (!somethingToSay) {
                return null;
            }
            frame = filling;
            filling = takeSpare();
            unsentBytes = 0;
            somethingToSay = false;
            frame.writeVarint(PONG, pong);
            frame.writeVarint(RING_EPOCH, ringEpoch);
            pong = 0;
            ringEpoch = 0;
        } else {
            unsentBytes -= frame.length();
        }
        return frame;
    }

    /** Gives back a frame whose bytes are not needed any more. */
    synchronized void recycle(WireBuffer frame) {
        frame.reset(KEPT_BYTES);
        spare = frame;
    }

    private WireBuffer takeSpare() {
        WireBuffer next = spare == null ? new WireBuffer() : spare;
        spare = null;
        return next;
    }
}
