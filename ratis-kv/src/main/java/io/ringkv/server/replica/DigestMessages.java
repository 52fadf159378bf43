package io.ringkv.server.replica;

import com.google.protobuf.ByteString;
import io.ringkv.rpc.DigestAt;
import io.ringkv.server.engine.ReplicaDigests;
import io.ringkv.server.shard.Digest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Digests as messages: sixteen bytes, the upper half first. */
final class DigestMessages {
    private static final int BYTES = 2 * Long.BYTES;

    private DigestMessages() {}

    static DigestAt of(ReplicaDigests.At at) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(at.digest().high())
                .putLong(at.digest().low())
                .flip();
        return DigestAt.newBuilder()
                .setIndex(at.index())
                .setDigest(ByteString.copyFrom(bytes))
                .build();
    }

    /** What a message says; null when it is not a digest. */
    static ReplicaDigests.@Nullable At read(DigestAt message) {
        if (message.getDigest().size() != BYTES) {
            return null;
        }
        ByteBuffer bytes = message.getDigest().asReadOnlyByteBuffer();
        return new ReplicaDigests.At(message.getIndex(), new Digest(bytes.getLong(), bytes.getLong()));
    }
}
