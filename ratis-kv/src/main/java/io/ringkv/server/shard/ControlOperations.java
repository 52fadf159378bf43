package io.ringkv.server.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.rpc.ExpireOp;
import io.ringkv.rpc.FenceOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.ResolveOp;
import io.ringkv.rpc.RestoreMarkOp;
import io.ringkv.rpc.SetLevelOp;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.EntryFormatException;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogFormat;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.log.OperationCursor;
import java.util.UUID;

/**
 * The rare operations: those that servers propose, and the bodies of session operations. They are few, so the generated
 * parsers do. One thread.
 */
final class ControlOperations {

    private static final int UUID_BYTES = 16;

    private final ShardState state;
    private long clientHigh;
    private long clientLow;
    private long idleMillis;

    ControlOperations(ShardState state) {
        this.state = state;
    }

    /** Begins the shard; ignored when it exists. */
    OperationOutcome createShard(OperationCursor operation, EntryHeader header) throws EntryFormatException {
        if (state.meta() != null) {
            return outcome(ErrorCode.OK, 0);
        }
        try {
            CreateShardOp body = parse(CreateShardOp.parser(), operation);
            if (body.getShard() != header.shard() || body.getIncarnation() != header.incarnation()) {
                return outcome(ErrorCode.INVALID_ARGUMENT, 0);
            }
            checkLevel(body.getLevel());
            state.setMeta(metaOf(body, header));
            return outcome(ErrorCode.OK, 0);
        } catch (MalformedBytesException | IllegalArgumentException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, 0);
        }
    }

    private static ShardMeta metaOf(CreateShardOp body, EntryHeader header) {
        ByteReader lineage = sixteenBytes(body.getLineage());
        io.ringkv.rpc.TokenRange range = body.getRange();
        return new ShardMeta(
                new ShardId(body.getShard()),
                new GroupId(new UUID(lineage.readLong(), lineage.readLong())),
                body.getIncarnation(),
                new TokenRange(new Token(range.getStartExclusive()), new Token(range.getEndInclusive())),
                body.getRangeEpoch(),
                body.getReplicaEpoch(),
                0,
                0,
                Math.max(0, header.shardTimeMillis()),
                body.getLevel(),
                false,
                0);
    }

    /** Raises the replica epoch. Refused when it would not rise: an older instruction must stay without effect. */
    OperationOutcome fence(OperationCursor operation) {
        ShardMeta meta = existing();
        try {
            FenceOp body = parse(FenceOp.parser(), operation);
            if (body.getReplicaEpoch() <= meta.replicaEpoch()) {
                return outcome(ErrorCode.STALE_INSTRUCTION, meta.replicaEpoch());
            }
            state.setMeta(meta.withFence(body.getReplicaEpoch(), body.getOperation()));
            return outcome(ErrorCode.OK, body.getReplicaEpoch());
        } catch (MalformedBytesException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, 0);
        }
    }

    /** Raises the level; a level that is not above the present one changes nothing. */
    OperationOutcome setLevel(OperationCursor operation) throws EntryFormatException {
        ShardMeta meta = existing();
        try {
            SetLevelOp body = parse(SetLevelOp.parser(), operation);
            checkLevel(body.getLevel());
            int level = Math.max(meta.level(), body.getLevel());
            if (level != meta.level()) {
                state.setMeta(meta.withLevel(level));
            }
            return outcome(ErrorCode.OK, level);
        } catch (MalformedBytesException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, 0);
        }
    }

    /** Forgets those of the named sessions that are still idle beyond their limit at the shard time now. */
    OperationOutcome expire(OperationCursor operation) {
        ShardMeta meta = existing();
        try {
            ExpireOp body = parse(ExpireOp.parser(), operation);
            if (body.getSessionsCount() > SessionTable.MAX_EXPIRED_PER_ENTRY) {
                return outcome(ErrorCode.INVALID_ARGUMENT, 0);
            }
            long forgotten = 0;
            for (long id : body.getSessionsList()) {
                ClientSession session = state.sessions().find(id);
                if (session != null && session.isIdle(meta.shardTimeMillis())) {
                    state.sessions().remove(session);
                    forgotten++;
                }
            }
            return outcome(ErrorCode.OK, forgotten);
        } catch (MalformedBytesException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, 0);
        }
    }

    /**
     * Begins a new life of the shard: requests of the former one are refused from here on, and its sessions unknown, because
     * what they were answered may be lost.
     */
    OperationOutcome restoreMark(OperationCursor operation) {
        ShardMeta meta = existing();
        try {
            RestoreMarkOp body = parse(RestoreMarkOp.parser(), operation);
            if (body.getIncarnation() <= meta.incarnation()) {
                return outcome(ErrorCode.STALE_INSTRUCTION, meta.incarnation());
            }
            for (ClientSession session : state.sessions().freeze()) {
                state.sessions().remove(session);
            }
            long epoch = Math.max(meta.replicaEpoch(), body.getReplicaEpoch());
            state.setMeta(meta.withLife(body.getIncarnation(), epoch, body.getRevision()));
            return outcome(ErrorCode.OK, body.getIncarnation());
        } catch (MalformedBytesException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, 0);
        }
    }

    /** Reads the body of an OPEN; its fields are told by the accessors below. */
    void readOpen(OperationCursor operation) {
        OpenOp body = parse(OpenOp.parser(), operation);
        ByteReader client = sixteenBytes(body.getClientId());
        clientHigh = client.readLong();
        clientLow = client.readLong();
        idleMillis = body.getIdleMillis();
    }

    long clientHigh() {
        return clientHigh;
    }

    long clientLow() {
        return clientLow;
    }

    long idleMillis() {
        return idleMillis;
    }

    /** The sequence that a RESOLVE asks for. */
    long readResolve(OperationCursor operation) {
        return parse(ResolveOp.parser(), operation).getSequence();
    }

    private ShardMeta existing() {
        ShardMeta meta = state.meta();
        if (meta == null) {
            throw new IllegalStateException("The shard has not begun.");
        }
        return meta;
    }

    private static void checkLevel(int level) throws EntryFormatException {
        if (level > LogFormat.HIGHEST_LEVEL || level < 0) {
            throw new EntryFormatException(
                    EntryFormatException.Reason.UNKNOWN_LEVEL,
                    "the shard is to go to level " + Integer.toUnsignedString(level) + " (known: up to "
                            + LogFormat.HIGHEST_LEVEL + ")");
        }
        if (level < LogFormat.LOWEST_LEVEL) {
            throw new MalformedBytesException("level " + level);
        }
    }

    private static ByteReader sixteenBytes(ByteString bytes) {
        if (bytes.size() != UUID_BYTES) {
            throw new MalformedBytesException("identity of " + bytes.size() + " bytes (expected: " + UUID_BYTES + ")");
        }
        return new ByteReader(bytes.toByteArray());
    }

    private static <T> T parse(Parser<T> parser, OperationCursor operation) {
        try {
            CodedInputStream in =
                    CodedInputStream.newInstance(operation.array(), operation.bodyOffset(), operation.bodyLength());
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedBytesException("body of " + operation.type() + ": " + e.getMessage());
        }
    }

    private static OperationOutcome outcome(ErrorCode code, long number) {
        return new OperationOutcome(code, 0, number, 0, null, 0, false);
    }
}
