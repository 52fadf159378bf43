package io.ringkv.testing.lab.workload;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Consistency;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import java.time.Duration;
import java.util.List;

/**
 * How one caller reaches the store. Used by one thread; the clients are shared.
 *
 * @param client its own client
 * @param all the clients of all callers
 * @param timeout within which each operation must have its outcome
 */
public record Access(RingKvClient client, List<RingKvClient> all, Duration timeout) {
    /** Copies the list. */
    public Access {
        all = List.copyOf(all);
    }

    /** The client, waiting. */
    public BlockingRingKvClient blocking() {
        return client.blocking();
    }

    /** How to write. */
    public WriteOptions write() {
        return WriteOptions.defaults().withTimeout(timeout);
    }

    /** How to read what is newest. */
    public ReadOptions read() {
        return ReadOptions.defaults().withTimeout(timeout);
    }

    /**
     * How to read from any replica what any caller has written or seen so far: takes over the session tokens of all
     * clients. Such a read must fit into the one order of all operations, too.
     */
    public ReadOptions sessionRead() {
        for (RingKvClient other : all) {
            if (other != client) {
                client.blocking().joinSession(other.blocking().sessionToken());
            }
        }
        return read().withConsistency(Consistency.SESSION);
    }
}
