package io.ringkv.server.batch;

import io.ringkv.common.id.ClientId;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.LogOperationType;
import org.jspecify.annotations.Nullable;

/**
 * One operation as it goes into the log: header fields, and the body exactly as the client sent it.
 *
 * @param type what it does
 * @param session session it is executed in; 0 = that of {@code client}, or none (a bare OPEN)
 * @param sequence its number in the session; 0 for OPEN, CLOSE and RESOLVE
 * @param floor smallest sequence the client still wants answered
 * @param client whose session is found or opened in the same entry; null when {@code session} says it
 * @param idleMillis idle time of a session opened this way
 * @param frame bytes that contain the body; shared with other operations, not to be changed
 * @param bodyOffset where the body starts
 * @param bodyLength its length
 */
public record WriteOperation(
        LogOperationType type,
        long session,
        long sequence,
        long floor,
        @Nullable ClientId client,
        long idleMillis,
        byte[] frame,
        int bodyOffset,
        int bodyLength) {

    /** Bytes it takes in an entry. */
    int bytes() {
        if (!type.inSession()) {
            return EntryEncoder.operationBytes(bodyLength);
        }
        return client == null
                ? EntryEncoder.operationBytes(session, sequence, floor, bodyLength)
                : EntryEncoder.openingOperationBytes(idleMillis, sequence, floor, bodyLength);
    }

    void addTo(EntryEncoder entry) {
        if (!type.inSession()) {
            entry.add(type, frame, bodyOffset, bodyLength);
        } else if (client == null) {
            entry.add(type, session, sequence, floor, frame, bodyOffset, bodyLength);
        } else {
            entry.addOpening(
                    type, client.high(), client.low(), idleMillis, sequence, floor, frame, bodyOffset, bodyLength);
        }
    }

    /** Whether two arrivals of this operation are recognised as the same: only writes are numbered. */
    boolean hasIdentity() {
        return type.isWrite();
    }

    /** What retries of this operation have in common. */
    Identity identity() {
        return client == null
                ? new Identity(0, session, sequence)
                : new Identity(client.high(), client.low(), sequence);
    }

    /**
     * Who sent it (a session, or a client whose session is not known yet) and its number there. A session id stands in the
     * low half; a random client id that looks like one is as unlikely as two equal client ids.
     */
    record Identity(long high, long low, long sequence) {}
}
