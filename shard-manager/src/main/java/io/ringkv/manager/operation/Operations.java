package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is agreed on about operations. Immutable.
 *
 * @param started number of operations ever started, which is the number of the youngest
 * @param paused whether running ones wait before their next change, and the manager's rules start none
 * @param running those that are not over, by number; at most one per shard
 * @param finished the youngest of those that are over, in the order in which they ended
 * @param cleanings replicas to be deleted, sorted by {@link Cleaning#ORDER}
 */
public record Operations(
        long started,
        boolean paused,
        SortedMap<Long, Operation> running,
        List<Operation> finished,
        List<Cleaning> cleanings) {

    /** How many of those that are over are kept. Part of the replicated state: a change needs a new level. */
    public static final int FINISHED_KEPT = 100;

    /** Most that run at once. Part of the replicated state: a change needs a new level. */
    public static final int MAX_RUNNING = 1_000;

    /** None was ever started. */
    public static final Operations NONE = new Operations(0, false, new TreeMap<>(), List.of(), List.of());

    /** @throws IllegalArgumentException if one that is over is listed as running, or the other way round */
    public Operations {
        running = Collections.unmodifiableSortedMap(new TreeMap<>(running));
        finished = List.copyOf(finished);
        cleanings = cleanings.stream().sorted(Cleaning.ORDER).toList();
        if (running.values().stream().anyMatch(operation -> operation.status().isOver())
                || finished.stream().anyMatch(operation -> !operation.status().isOver())) {
            throw new IllegalArgumentException("an operation that is over among the running, or a running one not");
        }
    }

    /** The running operation of a shard, null if there is none. */
    public @Nullable Operation of(ShardId shard) {
        for (Operation operation : running.values()) {
            if (operation.order().shard().equals(shard)) {
                return operation;
            }
        }
        return null;
    }

    /** The operation of this number, running or over; null if there is none or it is no longer kept. */
    public @Nullable Operation find(long number) {
        Operation found = running.get(number);
        if (found == null) {
            for (Operation operation : finished) {
                if (operation.number() == number) {
                    return operation;
                }
            }
        }
        return found;
    }

    /** What is to be deleted at this server of this shard; null if nothing is. */
    public @Nullable Cleaning cleaning(ShardId shard, ServerId server) {
        for (Cleaning cleaning : cleanings) {
            if (cleaning.isAt(shard, server)) {
                return cleaning;
            }
        }
        return null;
    }

    /** The same with an operation as it is now. */
    public Operations with(Operation operation) {
        SortedMap<Long, Operation> stillRunning = new TreeMap<>(running);
        List<Operation> over = finished;
        if (operation.status().isOver()) {
            stillRunning.remove(operation.number());
            List<Operation> all = new ArrayList<>(finished);
            all.add(operation);
            over = all.subList(Math.max(0, all.size() - FINISHED_KEPT), all.size());
        } else {
            stillRunning.put(operation.number(), operation);
        }
        return new Operations(Math.max(started, operation.number()), paused, stillRunning, over, cleanings);
    }

    /** The same with one more replica to be deleted; an older wish for the same one is replaced. */
    public Operations with(Cleaning cleaning) {
        List<Cleaning> all = new ArrayList<>(without(cleaning.shard(), cleaning.server()).cleanings);
        all.add(cleaning);
        return new Operations(started, paused, running, finished, all);
    }

    /** The same without anything to be deleted of this shard at this server. */
    public Operations without(ShardId shard, ServerId server) {
        List<Cleaning> others = cleanings.stream()
                .filter(cleaning -> !cleaning.isAt(shard, server))
                .toList();
        return new Operations(started, paused, running, finished, others);
    }

    /** The same without anything to be deleted at this server. */
    public Operations without(ServerId server) {
        List<Cleaning> others = cleanings.stream()
                .filter(cleaning -> !cleaning.server().equals(server))
                .toList();
        return new Operations(started, paused, running, finished, others);
    }

    /** The running operations that take from or give to this server, by number. */
    public List<Operation> concerning(ServerId server) {
        return running.values().stream()
                .filter(operation -> server.equals(operation.order().source())
                        || server.equals(operation.order().target()))
                .toList();
    }

    /** The same, paused or not. */
    public Operations withPaused(boolean nowPaused) {
        return new Operations(started, nowPaused, running, finished, cleanings);
    }
}
