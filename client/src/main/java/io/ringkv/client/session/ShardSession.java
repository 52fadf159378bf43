package io.ringkv.client.session;

import io.ringkv.common.id.ClientId;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The session of this client on one shard. It opens with the first write; until its id is known every write carries the
 * client id instead, by which the shard finds the session or opens it.
 *
 * <p>A <em>generation</em> is one life of the session on the shard. A write that may have reached the shard in one
 * generation must never be sent in another, where nothing is known of it: it would be applied again.
 *
 * @param <W> what waits for a free sequence
 */
public final class ShardSession<W> {

    private final ClientId client;
    private final SequenceWindow window = new SequenceWindow();
    private final Set<W> waiting = new LinkedHashSet<>();
    private int incarnation;
    private int generation;
    private long id;
    private long openingsUnanswered;
    private boolean leftInDoubt;

    ShardSession(ClientId client, int incarnation) {
        this.client = client;
        this.incarnation = incarnation;
    }

    /** Id of the client by which the shard finds the session. */
    public ClientId client() {
        return client;
    }

    /** Id of the session, 0 if it is not known yet. */
    public long id() {
        return id;
    }

    /** Number of the session's present life. */
    public int generation() {
        return generation;
    }

    /** The sequences. */
    public SequenceWindow window() {
        return window;
    }

    /** The shard said which session it used in a generation. */
    public void learned(long sessionId, int ofGeneration) {
        if (ofGeneration == generation && sessionId != 0) {
            id = sessionId;
        }
    }

    /** The shard does not know the session of this generation any more; the next write opens another. */
    public void expired(int ofGeneration) {
        if (ofGeneration == generation) {
            generation++;
            id = 0;
        }
    }

    /** The shard is in this incarnation; in another one than before, no session of the former is known. */
    void seen(int presentIncarnation) {
        if (presentIncarnation != incarnation) {
            incarnation = presentIncarnation;
            expired(generation);
        }
    }

    /** A write was sent that may open the session. */
    public void openingSent() {
        openingsUnanswered++;
    }

    /** Such a write was answered. */
    public void openingAnswered() {
        openingsUnanswered--;
    }

    /** A write ended without anybody knowing its outcome. */
    public void leaveInDoubt() {
        leftInDoubt = true;
    }

    /**
     * Whether the session may be closed on the shard. Not while a copy of a write that opens it may still be under way: it
     * would open it again and be applied again.
     */
    public boolean isClosable() {
        return id != 0 && window.isIdle() && openingsUnanswered == 0 && !leftInDoubt;
    }

    /** What waits until a sequence is free; whoever waits may also take itself out. */
    public Set<W> waiting() {
        return waiting;
    }

    /** Takes out what has waited longest, if a sequence is free now. */
    public @Nullable W pollReady() {
        if (waiting.isEmpty() || window.isFull()) {
            return null;
        }
        Iterator<W> oldest = waiting.iterator();
        W ready = oldest.next();
        oldest.remove();
        return ready;
    }
}
