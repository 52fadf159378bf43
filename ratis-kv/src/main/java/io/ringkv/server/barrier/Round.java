package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One round: the shards it confirms and the servers it has asked. Used by one thread. */
final class Round {
    private final long number;
    private final List<ShardRound> open;
    private final Set<ServerId> asked = new TreeSet<>();
    private final Set<ServerId> answered = new TreeSet<>();
    private boolean abandoned;

    Round(long number, List<ShardRound> shards) {
        this.number = number;
        this.open = new ArrayList<>(shards);
    }

    long number() {
        return number;
    }

    /** Shards without a decision yet. */
    List<ShardRound> open() {
        return open;
    }

    boolean isDone() {
        return open.isEmpty();
    }

    /** Time is over: what is not decided now counts as hopeless. */
    void abandon() {
        abandoned = true;
    }

    /** Removes and returns the shards that are decided. */
    List<ShardRound> takeDecided() {
        List<ShardRound> decided = new ArrayList<>();
        open.removeIf(shard -> {
            boolean done = abandoned || shard.state() != ShardRound.State.OPEN;
            if (done) {
                decided.add(shard);
            }
            return done;
        });
        return decided;
    }

    /** Notes that the server is asked; false when it was before. */
    boolean ask(ServerId server) {
        return asked.add(server);
    }

    /** Notes that the server has answered, or never will. */
    void answered(ServerId server) {
        answered.add(server);
    }

    /** Servers that were asked and have not answered. */
    Set<ServerId> unanswered() {
        Set<ServerId> silent = new TreeSet<>(asked);
        silent.removeAll(answered);
        return silent;
    }

    /** Voters of open shards who have not been asked. */
    Set<ServerId> unasked(ServerId self) {
        Set<ServerId> servers = new TreeSet<>();
        open.forEach(shard -> servers.addAll(shard.voters().all()));
        servers.removeAll(asked);
        servers.remove(self);
        return servers;
    }
}
