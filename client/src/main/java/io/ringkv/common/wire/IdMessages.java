package io.ringkv.common.wire;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Identities in messages: cluster, group and client ids as 16 bytes, most significant first; the others as numbers. Empty
 * and 0 mean absent.
 *
 * <p>Whatever is not an identity is refused with {@code MALFORMED_FRAME}.
 */
public final class IdMessages {

    private static final int BYTES = 16;

    private IdMessages() {}

    /** The 16 bytes of a cluster id. */
    public static ByteString toBytes(ClusterId id) {
        return toBytes(id.value());
    }

    /** The 16 bytes of a group id. */
    public static ByteString toBytes(GroupId id) {
        return toBytes(id.value());
    }

    /** The 16 bytes of a client id. */
    public static ByteString toBytes(ClientId id) {
        return toBytes(id.high(), id.low());
    }

    private static ByteString toBytes(UUID value) {
        return toBytes(value.getMostSignificantBits(), value.getLeastSignificantBits());
    }

    private static ByteString toBytes(long high, long low) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(BYTES).putLong(high).putLong(low).flip());
    }

    /** The cluster id in these bytes. */
    public static ClusterId clusterId(ByteString bytes) {
        return valid("cluster id", () -> new ClusterId(uuid(bytes)));
    }

    /** The cluster id in these bytes, null if there are none. */
    public static @Nullable ClusterId optionalClusterId(ByteString bytes) {
        return bytes.isEmpty() ? null : clusterId(bytes);
    }

    /** The group id in these bytes. */
    public static GroupId groupId(ByteString bytes) {
        return valid("group id", () -> new GroupId(uuid(bytes)));
    }

    /** The client id in these bytes. */
    public static ClientId clientId(ByteString bytes) {
        return valid("client id", () -> {
            UUID words = uuid(bytes);
            return new ClientId(words.getMostSignificantBits(), words.getLeastSignificantBits());
        });
    }

    /** The server id in this field. */
    public static ServerId serverId(long value) {
        return valid("server id", () -> new ServerId(value));
    }

    /** The server id in this field, null if it is 0. */
    public static @Nullable ServerId optionalServerId(long value) {
        return value == 0 ? null : new ServerId(value);
    }

    /** The manager id in this field. */
    public static ManagerId managerId(long value) {
        return valid("manager id", () -> new ManagerId(value));
    }

    /** The manager id in this field, null if it is 0. */
    public static @Nullable ManagerId optionalManagerId(long value) {
        return value == 0 ? null : new ManagerId(value);
    }

    /** The shard id in this field. */
    public static ShardId shardId(int value) {
        return valid("shard id", () -> new ShardId(value));
    }

    private static UUID uuid(ByteString bytes) {
        if (bytes.size() != BYTES) {
            throw new IllegalArgumentException(bytes.size() + " bytes (expected: " + BYTES + ")");
        }
        ByteBuffer words = bytes.asReadOnlyByteBuffer();
        return new UUID(words.getLong(), words.getLong());
    }

    /** Makes a value from a message; a value that refuses to exist means a malformed message. */
    static <T> T valid(String what, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.MALFORMED_FRAME, "The message holds no valid " + what, e);
        }
    }
}
