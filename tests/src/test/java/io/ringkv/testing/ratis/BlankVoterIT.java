package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.RaftMetaFile;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Split brain in bare Ratis 3.3.0 when a replica is deleted and created blank under a peer id that a deposed leader
 * still counts as a voter, and its absence when the new replica starts with a term floor.
 *
 * <p>The cause: a replica is trusted to remember its term, and a blank one remembers nothing. It accepts the appends of
 * any leader, even while it waits to be added to a configuration ({@code STARTING}), and its answers count in that
 * leader's majority. The changes of voters that lead here are all legal and each changes one voter only: that rule
 * alone does not protect.
 *
 * <p>Common to both tests: {@code a} leads {@code a, b, c} and is cut off. {@code c} is elected, replaces {@code a} and
 * {@code b} by {@code d} and {@code e}, and {@code b}'s replica is deleted. {@code a} knows nothing of it and counts on
 * {@code b} as before. It is made slow to notice that it has lost its majority, as a paused process is; Raft's safety
 * does not rest on a leader's noticing.
 */
class BlankVoterIT {
    @TempDir
    private Path directory;

    private RatisCluster cluster;
    private RatisServer a;
    private RatisServer b;
    private RatisServer c;
    private RatisServer d;
    private RatisServer e;
    private long deposedTerm;
    private Fault isolated;

    @BeforeEach
    void replaceTheDeposedLeaderAndDeleteTheReplicaItCountsOn() throws Exception {
        cluster = RatisCluster.of(5, directory).keepsLeading(1).start();
        a = cluster.server(1);
        b = cluster.server(2);
        c = cluster.server(3);
        d = cluster.server(4);
        e = cluster.server(5);
        cluster.createGroup(a, b, c);
        cluster.writeAcknowledged(a, "x", "before");
        cluster.awaitApplied("x", "before", a, b, c);
        deposedTerm = a.term();

        isolated = cluster.isolate(a);
        cluster.electOnly(c);
        cluster.awaitReady(c);
        d.addGroup(true, List.of());
        e.addGroup(true, List.of());
        cluster.changeVoters(c, a, b, c, d);
        cluster.changeVoters(c, b, c, d);
        cluster.changeVoters(c, b, c, d, e);
        cluster.changeVoters(c, c, d, e);
        b.removeGroup();

        assertThat(a.isReadyLeader()).isTrue();
        assertThat(a.term()).isEqualTo(deposedTerm);
        assertThat(a.voters().current()).isEqualTo(Set.of(a.id(), b.id(), c.id()));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void twoLeadersAcknowledgeWhenAReplicaComesBackBlank() throws Exception {
        b.addGroup(true, List.of());
        assertThat(b.lifeCycleState()).isEqualTo(LifeCycle.State.STARTING);
        assertThat(b.term()).isZero();

        healBetweenAAndB();
        RaftClientReply atA = cluster.writeAcknowledged(a, "x", "by a");
        RaftClientReply atC = cluster.writeAcknowledged(c, "x", "by c");

        cluster.await("both lead at once", () -> a.isReadyLeader() && c.isReadyLeader());
        assertThat(a.term()).isEqualTo(deposedTerm).isLessThan(c.term());
        assertThat(a.applied("x")).isEqualTo("by a");
        assertThat(c.applied("x")).isEqualTo("by c");
        // Two logs with different committed entries at one index: what Raft promises never to happen.
        long both = Math.min(atA.getLogIndex(), atC.getLogIndex());
        assertThat(a.committedEntry(both)).isPresent();
        assertThat(c.committedEntry(both)).isPresent().isNotEqualTo(a.committedEntry(both));
    }

    @Test
    void deposedLeaderIsRefusedByAReplicaWithATermFloor() throws Exception {
        long floor = c.term();
        RaftMetaFile.of(b.storageDirectory(), cluster.groupId()).raiseTerm(floor, b.id());
        b.addGroup(false, List.of());
        assertThat(b.lifeCycleState()).isEqualTo(LifeCycle.State.STARTING);
        assertThat(b.term()).isEqualTo(floor);
        assertThat(b.voters().current()).isEmpty();

        healBetweenAAndB();
        CompletableFuture<RaftClientReply> atA = a.write("x", "by a");
        cluster.await(
                "a has learned of its successor and answered its caller",
                () -> !a.leads() && a.term() >= floor && atA.isDone());
        assertThat(RatisCluster.succeeded(atA)).isFalse();
        assertThat(a.readyTerms()).containsExactly(deposedTerm);
        assertThat(b.nextIndex())
                .as("entries that b took from the deposed leader")
                .isZero();

        // The floor is no obstacle to the true leader.
        cluster.writeAcknowledged(c, "x", "by c");
        cluster.changeVoters(c, c, d, e, b);
        cluster.awaitApplied("x", "by c", b, c, d, e);
        assertThat(a.applied("x")).isEqualTo("before");
    }

    private void healBetweenAAndB() {
        cluster.isolate(a, b);
        isolated.close();
    }
}
