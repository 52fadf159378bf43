package io.ringkv.server.door;

import io.ringkv.common.id.ClientId;
import io.ringkv.common.limit.Limits;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived: the header fields of the message {@code Request}, and where its body stands in the frame. The
 * body is not looked into here.
 *
 * <p>Filled in by {@link FrameReader}, not changed afterwards but for the lease.
 */
final class RequestHeader {
    static final int CLIENT_ID_BYTES = 16;

    long id;
    int shard;
    int incarnation;
    long rangeEpoch;
    int type;
    long session;
    long sequence;
    long floor;
    byte @Nullable [] clientId;
    long sessionIdleMillis;
    int budgetMillis;
    int consistency;
    long minimumRevision;
    long keyspace;
    boolean hasRequestKey;

    /** Bytes of the frame the body stands in. */
    final byte[] frame;

    int bodyOffset;
    int bodyLength;

    /** Bytes of the whole request in the frame: what it counts for against credit. */
    int bytes;

    /** Memory the request holds on to until it is answered; null when it holds none. Set once, before it is handled. */
    @Nullable
    FrameLease lease;

    RequestHeader(byte[] frame) {
        this.frame = frame;
    }

    /** Whether the client id, if there is one, has the right length. */
    boolean hasValidClientId() {
        return clientId == null || clientIdOrNull() != null;
    }

    /** The client id; null when there is none, or an invalid one. */
    @Nullable
    ClientId clientIdOrNull() {
        byte[] bytesOfId = clientId;
        if (bytesOfId == null || bytesOfId.length != CLIENT_ID_BYTES) {
            return null;
        }
        long high = bigEndian(bytesOfId, 0);
        long low = bigEndian(bytesOfId, Long.BYTES);
        return high == 0 && low == 0 ? null : new ClientId(high, low);
    }

    /** Time the caller still waits; not checked yet. */
    long budgetMillisOrDefault() {
        return budgetMillis == 0 ? Limits.DEFAULT_REQUEST_TIMEOUT_MILLIS : Integer.toUnsignedLong(budgetMillis);
    }

    private static long bigEndian(byte[] source, int offset) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (source[offset + i] & 0xFF);
        }
        return value;
    }
}
