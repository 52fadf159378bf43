package io.ringkv.testing.ratis;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Cuts links between the Raft servers of this JVM: requests that a fault covers fail as if the connection had broken.
 *
 * <p>It uses the injection points that Ratis leaves in its main code. These are global to the JVM and hold one piece of
 * code each, so this class is their only user: it shares them between all open instances, and takes its code out
 * again when the last instance is closed. Instances do not disturb each other as long as no two of them speak of the
 * same peer id; ids must therefore be unique in the JVM (those of {@link RatisCluster} are), and tests that use this
 * class may run at the same time.
 *
 * <p>What a fault does, exactly: a covered request is refused by its receiver before anything is done with it (only
 * read-index requests, which have no injection point there, are refused at the sender). Replies are never touched.
 * When {@link #refuse} returns, every request not yet looked at by its receiver is subject to the fault, but one that
 * passed before may still be carried out and answered: await an effect, do not assume it. Closing a fault, or this
 * object, heals at once; the sender's next try passes. Group management and client requests are not covered.
 *
 * <p>Thread-safe.
 */
public final class LinkFaults implements AutoCloseable {
    /** What kind of request. */
    public enum Traffic {
        /** Appends without entries. */
        HEARTBEATS,
        /** Appends with entries. */
        ENTRIES,
        /** Requests for votes, and before them for pre-votes, that a candidate sends. */
        VOTES,
        /** Chunks of a snapshot. */
        SNAPSHOTS,
        /** A leader's order to start an election, which is how leadership is transferred. */
        ELECTION_ORDERS,
        /** A follower's question for the leader's read index. */
        READ_INDEXES
    }

    /** One request on its way. */
    public record Request(RaftPeerId from, RaftPeerId to, Traffic traffic) {}

    /** A fault in force. Closing it heals it; closing it twice is harmless. */
    public interface Fault extends AutoCloseable {
        @Override
        void close();
    }

    /** One fault. Equal to itself only: closing one of two equal faults must leave the other. */
    private static final class Rule {
        private final Predicate<Request> covered;

        private Rule(Predicate<Request> covered) {
            this.covered = covered;
        }
    }

    private static final List<LinkFaults> OPEN = new CopyOnWriteArrayList<>();

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private LinkFaults() {}

    /** Opens a set of faults, empty at first. */
    public static LinkFaults open() {
        LinkFaults faults = new LinkFaults();
        synchronized (OPEN) {
            if (OPEN.isEmpty()) {
                InjectionPoints.install(LinkFaults::check);
            }
            OPEN.add(faults);
        }
        return faults;
    }

    /** Refuses every request that {@code covered} accepts, until the fault is closed. It is called on Ratis' threads. */
    public Fault refuse(Predicate<Request> covered) {
        if (closed.get()) {
            throw new IllegalStateException("These link faults are closed.");
        }
        Rule rule = new Rule(covered);
        rules.add(rule);
        return () -> rules.remove(rule);
    }

    /** Cuts one direction, for the given kinds of traffic or, if none is given, for all. */
    public Fault cut(RaftPeerId from, RaftPeerId to, Traffic... traffic) {
        Set<Traffic> kinds = traffic.length == 0 ? EnumSet.allOf(Traffic.class) : EnumSet.copyOf(List.of(traffic));
        return refuse(
                request -> request.from().equals(from) && request.to().equals(to) && kinds.contains(request.traffic()));
    }

    /** Cuts every link between the two sides, both ways. Links inside a side, and to servers in none, stay. */
    public Fault partition(Set<RaftPeerId> oneSide, Set<RaftPeerId> otherSide) {
        Set<RaftPeerId> one = Set.copyOf(oneSide);
        Set<RaftPeerId> other = Set.copyOf(otherSide);
        return refuse(request -> (one.contains(request.from()) && other.contains(request.to()))
                || (other.contains(request.from()) && one.contains(request.to())));
    }

    /** Heals everything. */
    public void heal() {
        rules.clear();
    }

    /** How many requests were refused so far. A test of a fault should see that the fault was met. */
    public long refusals() {
        return refusals.get();
    }

    /** Heals everything and, if this is the last open instance of the JVM, takes our code out of Ratis. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        heal();
        synchronized (OPEN) {
            OPEN.remove(this);
            if (OPEN.isEmpty()) {
                InjectionPoints.remove();
            }
        }
    }

    private static void check(Request request) {
        for (LinkFaults faults : OPEN) {
            for (Rule rule : faults.rules) {
                if (rule.covered.test(request)) {
                    faults.refusals.incrementAndGet();
                    throw new LinkCutException(request);
                }
            }
        }
    }
}
