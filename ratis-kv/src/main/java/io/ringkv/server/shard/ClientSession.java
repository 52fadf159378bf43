package io.ringkv.server.shard;

import io.ringkv.common.id.ClientId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's session on a shard: what it still wants answered, and the results it may ask for again.
 *
 * <p>Changed by {@link SessionTable} only, which copies it first when a snapshot still reads it.
 */
public final class ClientSession {

    /** Width of the window: results are kept for floor &le; sequence &lt; floor + this. */
    public static final int WINDOW = 1024;

    private static final StoredResult[] NO_RESULTS = new StoredResult[0];

    private final long id;
    private final ClientId client;
    private final long generation;
    private long idleMillis;
    private long floor;
    private long lastUsedMillis;

    /** By ascending sequence, from {@code first} on, {@code count} of them. */
    private StoredResult[] results;

    private int first;
    private int count;

    ClientSession(long id, ClientId client, long idleMillis, long floor, long lastUsedMillis, long generation) {
        this.id = id;
        this.client = client;
        this.idleMillis = idleMillis;
        this.floor = floor;
        this.lastUsedMillis = lastUsedMillis;
        this.generation = generation;
        this.results = NO_RESULTS;
    }

    /** A copy that can be changed without the original. */
    ClientSession(ClientSession original, long generation) {
        this(original.id, original.client, original.idleMillis, original.floor, original.lastUsedMillis, generation);
        this.results = Arrays.copyOfRange(original.results, original.first, original.first + original.count);
        this.count = original.count;
    }

    /** Revision of the shard at which it was opened; with shard and incarnation it is the session's identity. */
    public long id() {
        return id;
    }

    public ClientId client() {
        return client;
    }

    /** Forgotten after so many milliseconds of shard time without a request. */
    public long idleMillis() {
        return idleMillis;
    }

    /** Smallest sequence the client still wants answered. */
    public long floor() {
        return floor;
    }

    /** Shard time of the last request. */
    public long lastUsedMillis() {
        return lastUsedMillis;
    }

    /** Number of results kept. */
    public int resultCount() {
        return count;
    }

    /** The kept result of this place, by ascending sequence. */
    public StoredResult resultAt(int place) {
        return results[first + place];
    }

    /** The result kept under the sequence, or null. */
    public @Nullable StoredResult result(long sequence) {
        int at = indexOf(sequence);
        return at < first + count && results[at].sequence() == sequence ? results[at] : null;
    }

    /** Whether the session may be forgotten at this shard time. */
    public boolean isIdle(long shardTimeMillis) {
        return shardTimeMillis - lastUsedMillis > idleMillis;
    }

    long generation() {
        return generation;
    }

    void touch(long shardTimeMillis) {
        lastUsedMillis = Math.max(lastUsedMillis, shardTimeMillis);
    }

    void lengthenIdle(long millis) {
        idleMillis = Math.max(idleMillis, millis);
    }

    /** Sets the floor and takes away the lowest result if it is below. */
    void setFloor(long newFloor) {
        floor = newFloor;
    }

    /** The lowest result when its sequence is below the floor, else null. */
    @Nullable
    StoredResult belowFloor() {
        return count > 0 && results[first].sequence() < floor ? results[first] : null;
    }

    void dropLowest() {
        first++;
        count--;
        if (count == 0) {
            results = NO_RESULTS;
            first = 0;
        }
    }

    /** Keeps a result; none may be kept under its sequence yet. */
    void insert(StoredResult result) {
        int at = indexOf(result.sequence());
        if (first + count == results.length) {
            int newLength = Math.max(8, count + (count >> 1));
            StoredResult[] grown = new StoredResult[newLength];
            System.arraycopy(results, first, grown, 0, count);
            at -= first;
            first = 0;
            results = grown;
        }
        System.arraycopy(results, at, results, at + 1, first + count - at);
        results[at] = result;
        count++;
    }

    /** Where the sequence is or belongs. Clients mostly go forward, so the end is looked at first. */
    private int indexOf(long sequence) {
        int low = first;
        int high = first + count;
        if (count == 0 || results[high - 1].sequence() < sequence) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (results[middle].sequence() < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
