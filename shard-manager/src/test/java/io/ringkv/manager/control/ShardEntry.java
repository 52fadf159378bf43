package io.ringkv.manager.control;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** An entry of a shard's log. No two are equal: the same object lies in the logs of all that have it. */
final class ShardEntry {

    private static final SortedSet<Integer> NOBODY = Collections.emptySortedSet();

    enum Kind {
        VOTERS,
        FENCE,
        WRITE
    }

    private final long term;
    private final Kind kind;
    private final SortedSet<Integer> voters;
    private final SortedSet<Integer> before;
    private final long epoch;
    private final long operation;

    private ShardEntry(
            long term, Kind kind, SortedSet<Integer> voters, SortedSet<Integer> before, long epoch, long operation) {
        this.term = term;
        this.kind = kind;
        this.voters = voters;
        this.before = before;
        this.epoch = epoch;
        this.operation = operation;
    }

    static ShardEntry voters(long term, SortedSet<Integer> voters) {
        return new ShardEntry(term, Kind.VOTERS, voters, NOBODY, 0, 0);
    }

    static ShardEntry transition(long term, SortedSet<Integer> before, SortedSet<Integer> voters) {
        return new ShardEntry(term, Kind.VOTERS, voters, before, 0, 0);
    }

    static ShardEntry fence(long term, long epoch, long operation) {
        return new ShardEntry(term, Kind.FENCE, NOBODY, NOBODY, epoch, operation);
    }

    static ShardEntry write(long term) {
        return new ShardEntry(term, Kind.WRITE, NOBODY, NOBODY, 0, 0);
    }

    /** Of the leader that made it. */
    long term() {
        return term;
    }

    Kind kind() {
        return kind;
    }

    /** Of a configuration, who votes. */
    SortedSet<Integer> voters() {
        return voters;
    }

    /** Of a configuration in transition, who voted; else empty. */
    SortedSet<Integer> before() {
        return before;
    }

    /** Of a fence. */
    long epoch() {
        return epoch;
    }

    /** Of a fence. */
    long operation() {
        return operation;
    }

    boolean isTransitional() {
        return !before.isEmpty();
    }

    boolean names(int server) {
        return voters.contains(server) || before.contains(server);
    }

    /** Everybody in either set. */
    SortedSet<Integer> all() {
        if (before.isEmpty()) {
            return voters;
        }
        SortedSet<Integer> all = new TreeSet<>(voters);
        all.addAll(before);
        return all;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case VOTERS -> "voters " + voters + (before.isEmpty() ? "" : " after " + before) + " of term " + term;
            case FENCE -> "fence " + epoch + " of operation " + operation + " of term " + term;
            case WRITE -> "write of term " + term;
        };
    }
}
