package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.server.shard.OperationOutcome;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, written as the protobuf message {@code Reply} straight into a frame; the fields are described
 * in {@code kv.proto}. Made, completed and written by one thread.
 */
final class Answer {
    private static final int ID = 1;
    private static final int CODE = 2;
    private static final int REVISION = 3;
    private static final int NUMBER = 4;
    private static final int FAILED_INDEX = 5;
    private static final int BODY = 6;
    private static final int MESSAGE = 7;
    private static final int LEADER_HINT = 8;
    private static final int NEWER_RECORD = 9;
    private static final int RETRY_AFTER_MILLIS = 10;
    private static final int SESSION = 11;
    private static final int NOT_PROPOSED = 12;
    private static final int STALENESS_MILLIS = 13;
    private static final int DUPLICATE = 14;
    private static final int LOAD = 15;

    private static final byte[] NOTHING = {};

    /** What an outcome says in words: made once, because refused conditions are everyday answers. */
    private static final Map<ErrorCode, byte[]> GENERAL_MESSAGES = generalMessages();

    private final ErrorCode code;
    private long revision;
    private long number;
    private int failedIndex;
    private byte[] encodedBody = NOTHING;
    private @Nullable Entries entries;
    private byte[] message = NOTHING;
    private long leaderHint;
    private byte[] newerRecord = NOTHING;
    private int retryAfterMillis;
    private long session;
    private boolean notProposed;
    private long stalenessMillis;
    private boolean duplicate;

    private Answer(ErrorCode code) {
        this.code = code;
    }

    /** The answer to a write that reached the state machine. */
    static Answer of(OperationOutcome outcome) {
        Answer answer = new Answer(outcome.code());
        answer.revision = outcome.revision();
        answer.number = outcome.number();
        answer.failedIndex = outcome.failedIndex();
        answer.session = outcome.session();
        answer.duplicate = outcome.duplicate();
        byte[] current = outcome.current();
        if (current != null) {
            answer.encodedBody = current;
        }
        if (outcome.code() != ErrorCode.OK) {
            answer.message = generalMessage(outcome.code());
        }
        return answer;
    }

    /** The answer to a read that found something, or an empty page. */
    static Answer found(Entries entries, long revision) {
        Answer answer = new Answer(ErrorCode.OK);
        answer.entries = entries;
        answer.revision = revision;
        return answer;
    }

    /** The answer to a read of a key that does not exist. */
    static Answer absent(long revision) {
        Answer answer = new Answer(ErrorCode.KEY_NOT_FOUND);
        answer.message = generalMessage(ErrorCode.KEY_NOT_FOUND);
        answer.revision = revision;
        return answer;
    }

    /** A refusal, with all that helps the sender to do better. */
    static Answer of(Refusal refusal) {
        Answer answer = new Answer(refusal.code());
        answer.message = refusal.message().getBytes(StandardCharsets.UTF_8);
        answer.notProposed = refusal.notProposed();
        answer.retryAfterMillis = refusal.retryAfterMillis();
        ServerId leader = refusal.leader();
        if (leader != null) {
            answer.leaderHint = leader.value();
        }
        ShardRecord record = refusal.newerRecord();
        if (record != null) {
            answer.newerRecord = record.toByteArray();
        }
        return answer;
    }

    /** Says how old the state may be that was read. */
    Answer withStaleness(long millis) {
        stalenessMillis = millis;
        return this;
    }

    ErrorCode code() {
        return code;
    }

    /** Bytes of the body, which dominate the size of an answer. */
    int bodySize() {
        return entries == null ? encodedBody.length : entries.size();
    }

    /** Leaves out the body; only for bodies the protocol calls optional. */
    void dropOptionalBody() {
        encodedBody = NOTHING;
    }

    /**
     * Writes the reply as a field of the message that carries it.
     *
     * @param field number of that field
     * @param id number of the request
     * @param load how busy the server is, 0 to 100
     */
    void writeTo(WireBuffer out, int field, long id, int load) {
        int bodySize = bodySize();
        int size = sizeWithoutBody(id, load) + WireBuffer.sizeOfBytes(BODY, bodySize);
        out.reserve(WireBuffer.sizeOfMessage(field, size));
        out.writeHeader(field, size);
        out.writeVarint(ID, id);
        out.writeVarint(CODE, code.number());
        out.writeVarint(REVISION, revision);
        out.writeSigned(NUMBER, number);
        out.writeVarint(FAILED_INDEX, failedIndex);
        if (entries != null && bodySize > 0) {
            out.writeHeader(BODY, bodySize);
            entries.writeTo(out);
        } else {
            out.writeBytes(BODY, encodedBody);
        }
        out.writeBytes(MESSAGE, message);
        out.writeFixed(LEADER_HINT, leaderHint);
        out.writeBytes(NEWER_RECORD, newerRecord);
        out.writeVarint(RETRY_AFTER_MILLIS, retryAfterMillis);
        out.writeVarint(SESSION, session);
        out.writeBool(NOT_PROPOSED, notProposed);
        out.writeVarint(STALENESS_MILLIS, stalenessMillis);
        out.writeBool(DUPLICATE, duplicate);
        out.writeVarint(LOAD, load);
    }

    private int sizeWithoutBody(long id, int load) {
        return WireBuffer.sizeOfVarint(ID, id)
                + WireBuffer.sizeOfVarint(CODE, code.number())
                + WireBuffer.sizeOfVarint(REVISION, revision)
                + WireBuffer.sizeOfSigned(NUMBER, number)
                + WireBuffer.sizeOfVarint(FAILED_INDEX, failedIndex)
                + WireBuffer.sizeOfBytes(MESSAGE, message.length)
                + WireBuffer.sizeOfFixed(LEADER_HINT, leaderHint)
                + WireBuffer.sizeOfBytes(NEWER_RECORD, newerRecord.length)
                + WireBuffer.sizeOfVarint(RETRY_AFTER_MILLIS, retryAfterMillis)
                + WireBuffer.sizeOfVarint(SESSION, session)
                + WireBuffer.sizeOfBool(NOT_PROPOSED, notProposed)
                + WireBuffer.sizeOfVarint(STALENESS_MILLIS, stalenessMillis)
                + WireBuffer.sizeOfBool(DUPLICATE, duplicate)
                + WireBuffer.sizeOfVarint(LOAD, load);
    }

    private static byte[] generalMessage(ErrorCode code) {
        return GENERAL_MESSAGES.getOrDefault(code, NOTHING);
    }

    private static Map<ErrorCode, byte[]> generalMessages() {
        Map<ErrorCode, byte[]> messages = new EnumMap<>(ErrorCode.class);
        for (ErrorCode code : ErrorCode.values()) {
            messages.put(code, Refusal.text(code, code.meaning()).getBytes(StandardCharsets.UTF_8));
        }
        return messages;
    }
}
