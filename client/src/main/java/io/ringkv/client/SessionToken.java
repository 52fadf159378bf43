package io.ringkv.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ShardId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How much of the data its owner has written or seen: per shard, a revision. A {@link Consistency#SESSION} read is at
 * least as new. Handed from one client to another, it lets the second read what the first wrote.
 *
 * <p>Compact text, safe in file names and URLs. Immutable.
 *
 * @param cluster the cluster it speaks about
 * @param revisions highest revision known per shard and incarnation
 */
public record SessionToken(ClusterId cluster, Map<ShardLife, Long> revisions) {

    private static final String PREFIX = "rkv1_";

    /**
     * One life of a shard: revisions of different lives do not compare.
     *
     * @param shard the shard
     * @param incarnation its life
     */
    public record ShardLife(ShardId shard, int incarnation) implements Comparable<ShardLife> {

        /** @throws IllegalArgumentException if the incarnation is negative */
        public ShardLife {
            Objects.requireNonNull(shard, "shard");
            if (incarnation < 0) {
                throw new IllegalArgumentException("incarnation: " + incarnation + " (expected: 0 or more)");
            }
        }

        @Override
        public int compareTo(ShardLife other) {
            int compared = shard.compareTo(other.shard);
            return compared != 0 ? compared : Integer.compare(incarnation, other.incarnation);
        }
    }

    /** Copies the map, ordered by shard. */
    public SessionToken {
        Objects.requireNonNull(cluster, "cluster");
        revisions = Collections.unmodifiableMap(new TreeMap<>(revisions));
    }

    /** The token that knows all that either knows. */
    public SessionToken merge(SessionToken other) {
        checkCluster(other.cluster);
        Map<ShardLife, Long> merged = new TreeMap<>(revisions);
        other.revisions.forEach((life, revision) -> merged.merge(life, revision, Math::max));
        return new SessionToken(cluster, merged);
    }

    /**
     * Checks that the token speaks about this cluster.
     *
     * @throws RingKvException SESSION_TOKEN_INVALID
     */
    public void checkCluster(ClusterId expected) {
        if (!cluster.equals(expected)) {
            throw new RingKvException(
                    ErrorCode.SESSION_TOKEN_INVALID,
                    "The session token is of cluster " + cluster + " and this is cluster " + expected);
        }
    }

    /**
     * Reads the text form.
     *
     * @throws RingKvException SESSION_TOKEN_INVALID
     */
    public static SessionToken parse(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith(PREFIX)) {
            throw invalid("does not begin with " + PREFIX);
        }
        try {
            CodedInputStream input =
                    CodedInputStream.newInstance(Base64.getUrlDecoder().decode(stripped.substring(PREFIX.length())));
            ClusterId cluster = new ClusterId(new UUID(input.readFixed64(), input.readFixed64()));
            Map<ShardLife, Long> revisions = new TreeMap<>();
            while (!input.isAtEnd()) {
                ShardLife life = new ShardLife(new ShardId(input.readUInt32()), input.readUInt32());
                revisions.merge(life, input.readUInt64(), Math::max);
            }
            return new SessionToken(cluster, revisions);
        } catch (IllegalArgumentException | IOException e) {
            throw invalid("is damaged: " + e.getMessage());
        }
    }

    private static RingKvException invalid(String problem) {
        return new RingKvException(ErrorCode.SESSION_TOKEN_INVALID, "The session token " + problem);
    }

    /** The text form, in ASCII letters, digits, dashes and underscores. */
    @Override
    public String toString() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream output = CodedOutputStream.newInstance(bytes);
            output.writeFixed64NoTag(cluster.value().getMostSignificantBits());
            output.writeFixed64NoTag(cluster.value().getLeastSignificantBits());
            for (Map.Entry<ShardLife, Long> entry : revisions.entrySet()) {
                output.writeUInt32NoTag(entry.getKey().shard().value());
                output.writeUInt32NoTag(entry.getKey().incarnation());
                output.writeUInt64NoTag(entry.getValue());
            }
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }
}
