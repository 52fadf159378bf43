package io.ringkv.manager.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.History;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.ManagerSnapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of the manager's state as bytes, big-endian:
 *
 * <pre>
 * magic    8 bytes  "RKVMGRSN"
 * format   4 bytes  1
 * length   4 bytes  of the body
 * body              message ManagerSnapshot
 * crc32c   4 bytes  of all bytes before
 * </pre>
 *
 * Equal states at equal positions give equal bytes.
 */
public final class SnapshotCodec {

    /** The only format so far, of the frame and of the body. */
    public static final int FORMAT = 1;

    private static final byte[] MAGIC = {'R', 'K', 'V', 'M', 'G', 'R', 'S', 'N'};
    private static final int HEADER_BYTES = MAGIC.length + 2 * Integer.BYTES;

    private SnapshotCodec() {}

    /** The bytes of a snapshot. */
    public static byte[] encode(StateSnapshot snapshot) {
        byte[] body = toMessage(snapshot).toByteArray();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.length + Integer.BYTES)
                .put(MAGIC)
                .putInt(FORMAT)
                .putInt(body.length)
                .put(body);
        bytes.putInt(crc(bytes.array(), HEADER_BYTES + body.length));
        return bytes.array();
    }

    /**
     * The snapshot in these bytes.
     *
     * @throws UnreadableLogException if a single bit is wrong, or any part is not known to this software
     */
    public static StateSnapshot decode(byte[] bytes) {
        byte[] body = body(bytes);
        try {
            ManagerSnapshot message = ManagerSnapshot.parseFrom(body);
            if (message.getFormat() != FORMAT) {
                throw new UnreadableLogException(
                        "manager snapshot format " + message.getFormat() + " (known: " + FORMAT + ")");
            }
            StateSnapshot snapshot = fromMessage(message);
            if (!toMessage(snapshot).equals(message)) {
                throw new UnreadableLogException("a manager snapshot has parts that this software does not know");
            }
            return snapshot;
        } catch (InvalidProtocolBufferException | IllegalArgumentException | RingKvException e) {
            throw new UnreadableLogException("a manager snapshot of " + bytes.length + " bytes is not valid", e);
        }
    }

    private static byte[] body(byte[] bytes) {
        if (bytes.length < HEADER_BYTES + Integer.BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new UnreadableLogException("the " + bytes.length + " bytes are no manager snapshot");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        int format = header.getInt(MAGIC.length);
        int length = header.getInt(MAGIC.length + Integer.BYTES);
        if (length != bytes.length - HEADER_BYTES - Integer.BYTES) {
            throw new UnreadableLogException("a manager snapshot of " + bytes.length + " bytes announces a body of "
                    + length + "; it is cut or has grown");
        }
        int stored = header.getInt(HEADER_BYTES + length);
        int computed = crc(bytes, HEADER_BYTES + length);
        if (stored != computed) {
            throw new UnreadableLogException("checksum of a manager snapshot: " + Integer.toHexString(computed)
                    + " (stored: " + Integer.toHexString(stored) + ")");
        }
        if (format != FORMAT) {
            throw new UnreadableLogException("manager snapshot format " + format + " (known: " + FORMAT + ")");
        }
        return Arrays.copyOfRange(bytes, HEADER_BYTES, HEADER_BYTES + length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static ManagerSnapshot toMessage(StateSnapshot snapshot) {
        ClusterState state = snapshot.state();
        ManagerSnapshot.Builder message = ManagerSnapshot.newBuilder()
                .setFormat(FORMAT)
                .setLevel(state.level())
                .setTerm(snapshot.term())
                .setIndex(snapshot.index())
                .setRingEpoch(state.ringEpoch())
                .setEvents(state.history().total());
        if (state.founding() != null) {
            message.setFounding(StateMessages.toMessage(state.founding()));
            // Left out where it is as founded, as in snapshots from before it could be set.
            if (state.replicationFactor() != state.founding().settings().replicationFactor()) {
                message.setReplicationFactor(state.replicationFactor());
            }
            if (!state.managers().equals(ManagerRoster.founded(state.founding().managers()))) {
                message.setManagers(RosterMessages.toMessage(state.managers()));
            }
        }
        state.shards().values().forEach(shard -> message.addShards(StateMessages.toMessage(shard)));
        state.servers().values().forEach(server -> message.addServers(StateMessages.toMessage(server)));
        if (!state.operations().equals(Operations.NONE)) {
            message.setOperations(OperationMessages.toMessage(state.operations()));
        }
        state.history().events().forEach(event -> message.addHistory(EventMessages.toMessage(event)));
        ClusterState base = state.history().base();
        if (base != null) {
            message.setBase(toMessage(new StateSnapshot(0, 0, base)));
        }
        return message.build();
    }

    private static StateSnapshot fromMessage(ManagerSnapshot message) {
        SortedMap<ShardId, ManagedShard> shards = new TreeMap<>();
        message.getShardsList().stream()
                .map(StateMessages::fromMessage)
                .forEach(shard -> shards.put(shard.record().id(), shard));
        SortedMap<ServerId, RegisteredServer> servers = new TreeMap<>();
        message.getServersList().stream()
                .map(StateMessages::fromMessage)
                .forEach(server -> servers.put(server.record().id(), server));
        History history = new History(
                message.getEvents(),
                message.getHistoryList().stream()
                        .map(EventMessages::fromMessage)
                        .toList(),
                message.hasBase() ? fromMessage(message.getBase()).state() : null);
        Founding founding = message.hasFounding() ? StateMessages.fromMessage(message.getFounding()) : null;
        int founded = founding == null ? 0 : founding.settings().replicationFactor();
        ClusterState state = new ClusterState(
                message.getLevel(),
                founding,
                message.getRingEpoch(),
                shards,
                servers,
                message.getReplicationFactor() == 0 ? founded : message.getReplicationFactor(),
                message.hasOperations() ? OperationMessages.fromMessage(message.getOperations()) : Operations.NONE,
                roster(message, founding),
                history);
        return new StateSnapshot(message.getTerm(), message.getIndex(), state);
    }

    private static ManagerRoster roster(ManagerSnapshot message, @Nullable Founding founding) {
        if (message.hasManagers()) {
            return RosterMessages.fromMessage(message.getManagers());
        }
        return founding == null ? ManagerRoster.NONE : ManagerRoster.founded(founding.managers());
    }
}
