package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a shard: the memory that makes writes exactly-once. Part of the replicated state, so every change comes
 * from the log and iteration is by session id.
 *
 * <p>There is no eviction by count: forgetting a session whose late copy may still arrive would apply a write twice. The
 * door refuses new sessions above {@link #MAX_SESSIONS} or {@link #MAX_BYTES} instead.
 *
 * <p>A snapshot takes a {@link #freeze frozen list} and reads it on another thread while apply goes on: a frozen session is
 * copied before its next change. Otherwise one thread.
 */
public final class SessionTable {

    /** From here on the door refuses to open sessions. */
    public static final int MAX_SESSIONS = 20_000;

    /** From here on the door refuses what would grow the table. */
    public static final long MAX_BYTES = 64L << 20;

    /** What a session counts for, results aside. */
    public static final int SESSION_BYTES = 128;

    /** What a result counts for. */
    public static final int RESULT_BYTES = 64;

    /** Idle time of a session that asks for none: above the longest deadline of a request, so that no copy survives it. */
    public static final long DEFAULT_IDLE_MILLIS = 10 * 60_000L;

    /** Longest idle time that is granted. */
    public static final long MAX_IDLE_MILLIS = 60 * 60_000L;

    /** Most sessions that one EXPIRE forgets. */
    public static final int MAX_EXPIRED_PER_ENTRY = 64;

    /** Keeps results apart from sessions in the digest. */
    private static final byte RESULT = InternalKey.SESSION + 0x40;

    private final TreeMap<Long, ClientSession> byId = new TreeMap<>();
    private final Map<ClientId, Long> idByClient = new HashMap<>();
    private final DigestSum digest;
    private long generation;
    private long results;

    /** @param digest where the contents are counted in */
    public SessionTable(DigestSum digest) {
        this.digest = digest;
    }

    /** Number of sessions. */
    public int size() {
        return byId.size();
    }

    /** What sessions and results count for. */
    public long bytes() {
        return (long) byId.size() * SESSION_BYTES + results * RESULT_BYTES;
    }

    /** The session, or null when the shard does not know it. */
    public @Nullable ClientSession find(long id) {
        return byId.get(id);
    }

    /** The session of this client, or null. */
    public @Nullable ClientSession find(ClientId client) {
        Long id = idByClient.get(client);
        return id == null ? null : byId.get(id);
    }

    /**
     * Opens a session; the client must have none.
     *
     * @param id revision consumed by opening
     */
    public ClientSession open(long id, ClientId client, long idleMillis, long shardTimeMillis) {
        ClientSession session = new ClientSession(id, client, grantedIdle(idleMillis), 1, shardTimeMillis, generation);
        put(session);
        add(digest, session);
        return session;
    }

    /** Idle time that is granted to who asks for this one. */
    static long grantedIdle(long askedMillis) {
        return askedMillis <= 0 ? DEFAULT_IDLE_MILLIS : Math.min(askedMillis, MAX_IDLE_MILLIS);
    }

    /** Notes that the client opened its session again: the longer idle time wins. */
    public ClientSession reopen(ClientSession session, long idleMillis, long shardTimeMillis) {
        ClientSession changed = beginChange(session);
        changed.lengthenIdle(grantedIdle(idleMillis));
        changed.touch(shardTimeMillis);
        add(digest, changed);
        return changed;
    }

    /** Notes a request: time of use, and the floor, below which results are dropped. */
    public ClientSession use(ClientSession session, long newFloor, long shardTimeMillis) {
        ClientSession changed = beginChange(session);
        changed.touch(shardTimeMillis);
        if (newFloor > changed.floor()) {
            changed.setFloor(newFloor);
            for (StoredResult low = changed.belowFloor(); low != null; low = changed.belowFloor()) {
                digestRemove(changed.id(), low);
                changed.dropLowest();
                results--;
            }
        }
        add(digest, changed);
        return changed;
    }

    /** Keeps a result. The session must be one that {@link #use} or {@link #open} returned for this entry. */
    public void store(ClientSession session, StoredResult result) {
        ClientSession changed = own(session);
        changed.insert(result);
        results++;
        add(digest, changed.id(), result);
    }

    /** Forgets a session. */
    public void remove(ClientSession session) {
        for (int i = 0; i < session.resultCount(); i++) {
            digestRemove(session.id(), session.resultAt(i));
        }
        digestRemove(session);
        results -= session.resultCount();
        byId.remove(session.id());
        idByClient.remove(session.client());
    }

    /** Sessions that are idle beyond their limit at this shard time, by id, at most {@code limit}. */
    public List<Long> idle(long shardTimeMillis, int limit) {
        List<Long> idle = new ArrayList<>();
        for (ClientSession session : byId.values()) {
            if (idle.size() == limit) {
                break;
            }
            if (session.isIdle(shardTimeMillis)) {
                idle.add(session.id());
            }
        }
        return idle;
    }

    /** All sessions by id, as they are now. They stay so whatever happens to the table. */
    public List<ClientSession> freeze() {
        generation++;
        return List.copyOf(byId.values());
    }

    /** Adds a session as it was read from a snapshot. */
    void restore(ClientSession session, List<StoredResult> kept) {
        put(session);
        add(digest, session);
        for (StoredResult result : kept) {
            store(session, result);
        }
    }

    /** Generation that sessions of this table must have to be changed in place. */
    long generation() {
        return generation;
    }

    private void put(ClientSession session) {
        byId.put(session.id(), session);
        idByClient.put(session.client(), session.id());
    }

    private ClientSession beginChange(ClientSession session) {
        digestRemove(session);
        return own(session);
    }

    /** The session itself, or a copy in its place when a snapshot may be reading it. */
    private ClientSession own(ClientSession session) {
        if (session.generation() == generation) {
            return session;
        }
        ClientSession copy = new ClientSession(session, generation);
        byId.put(copy.id(), copy);
        return copy;
    }

    /** Counts a session with its results into a digest, as the table does. */
    public static void addTo(DigestSum sum, ClientSession session) {
        add(sum, session);
        for (int i = 0; i < session.resultCount(); i++) {
            add(sum, session.id(), session.resultAt(i));
        }
    }

    private static void add(DigestSum sum, ClientSession s) {
        ClientId client = s.client();
        sum.add(
                InternalKey.SESSION,
                s.id(),
                client.high(),
                client.low(),
                s.idleMillis(),
                s.floor(),
                s.lastUsedMillis());
    }

    private void digestRemove(ClientSession s) {
        ClientId client = s.client();
        digest.remove(
                InternalKey.SESSION,
                s.id(),
                client.high(),
                client.low(),
                s.idleMillis(),
                s.floor(),
                s.lastUsedMillis());
    }

    private static void add(DigestSum sum, long id, StoredResult r) {
        sum.add(RESULT, id, r.sequence(), codeBits(r), r.revision(), r.number(), 0);
    }

    private void digestRemove(long id, StoredResult r) {
        digest.remove(RESULT, id, r.sequence(), codeBits(r), r.revision(), r.number(), 0);
    }

    private static long codeBits(StoredResult r) {
        ErrorCode code = r.code();
        return (long) code.number() << Integer.SIZE | Integer.toUnsignedLong(r.failedIndex());
    }
}
