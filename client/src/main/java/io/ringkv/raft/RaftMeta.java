package io.ringkv.raft;

import java.util.Objects;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * The two facts a Raft server must never forget about itself: the newest term it has seen and the server it voted for
 * in that term. The content of a {@link RaftMetaFile}.
 *
 * @param term at least 0; 0 means that the server has taken part in nothing yet
 * @param votedFor the server that got the vote of {@code term}; {@link #NOBODY} if the vote is still free
 */
public record RaftMeta(long term, RaftPeerId votedFor) {
    /** What Ratis writes when no vote was given: the empty id. */
    public static final RaftPeerId NOBODY = RaftPeerId.valueOf("");

    public RaftMeta {
        if (term < 0) {
            throw new IllegalArgumentException("term: " + term + " (expected: >= 0)");
        }
        Objects.requireNonNull(votedFor, "votedFor");
    }
}
