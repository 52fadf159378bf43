package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.log.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/** Bytes of a session with its results, in snapshots and clean markers. See docs/formats.md. */
public final class SessionCodec {

    /** A guess that saves growing the buffer; any result fits. */
    private static final int TYPICAL_RESULT_BYTES = 16;

    private static final int TYPICAL_SESSION_BYTES = 48;

    private SessionCodec() {}

    /** Bytes of a session. */
    public static byte[] encode(ClientSession session) {
        ByteWriter out = new ByteWriter(TYPICAL_SESSION_BYTES + session.resultCount() * TYPICAL_RESULT_BYTES);
        out.writeVarint(session.id())
                .writeLong(session.client().high())
                .writeLong(session.client().low())
                .writeVarint(session.idleMillis())
                .writeVarint(session.floor())
                .writeVarint(session.lastUsedMillis())
                .writeVarint(session.resultCount());
        for (int i = 0; i < session.resultCount(); i++) {
            StoredResult result = session.resultAt(i);
            out.writeVarint(result.sequence())
                    .writeVarint(result.code().number())
                    .writeVarint(result.revision())
                    .writeVarint(result.number())
                    .writeVarint(result.failedIndex());
        }
        return out.toByteArray();
    }

    /**
     * Reads a session into a table that does not have it yet. Sessions must come by ascending id.
     *
     * @throws MalformedBytesException if the bytes are no session this release can read
     */
    public static void decode(ByteReader in, SessionTable table) {
        long id = in.readVarint();
        long clientHigh = in.readLong();
        long clientLow = in.readLong();
        if (clientHigh == 0 && clientLow == 0) {
            throw new MalformedBytesException("session " + id + " without client");
        }
        ClientId client = new ClientId(clientHigh, clientLow);
        ClientSession session =
                new ClientSession(id, client, in.readVarint(), in.readVarint(), in.readVarint(), table.generation());
        if (table.find(id) != null || table.find(client) != null) {
            throw new MalformedBytesException("session " + id + " stands twice");
        }
        int count = in.readLength();
        List<StoredResult> results = new ArrayList<>(count);
        long previous = session.floor() - 1;
        for (int i = 0; i < count; i++) {
            StoredResult result = readResult(in);
            if (result.sequence() <= previous || result.sequence() - session.floor() >= ClientSession.WINDOW) {
                throw new MalformedBytesException(
                        "session " + id + ": result of sequence " + result.sequence() + " out of place");
            }
            previous = result.sequence();
            results.add(result);
        }
        table.restore(session, results);
    }

    private static StoredResult readResult(ByteReader in) {
        long sequence = in.readVarint();
        long code = in.readVarint();
        ErrorCode known = code == (int) code ? ErrorCode.ofNumber((int) code) : null;
        if (known == null) {
            throw new MalformedBytesException("result with unknown code " + code);
        }
        return new StoredResult(sequence, known, in.readVarint(), in.readVarint(), (int) in.readVarint());
    }
}
