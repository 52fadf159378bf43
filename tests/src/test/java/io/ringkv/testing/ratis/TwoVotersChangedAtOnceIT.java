package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Split brain in bare Ratis 3.3.0 when one request changes two voters (one leaves, one joins), and its absence when one
 * voter changes at a time. Guards the rule of that name: if the first test fails after an upgrade of Ratis, the fault
 * has been mended and the rule may be reconsidered; if the second fails, the rule no longer protects.
 *
 * <p>The cause: every new leader begins its term with the configuration it goes by, and Ratis writes that entry
 * <em>without the previous voters</em> even if the configuration is a joint one ({@code LeaderStateImpl.StartupLogEntry}
 * takes {@code getConf()} alone). So a leader that has appended a joint entry, has committed it nowhere, and is elected
 * again, goes by the new voters, while servers that never saw the joint entry go by the old ones. If the two sets
 * differ in two voters, each has a majority that avoids the other.
 *
 * <p>Common to both tests: the leader {@code a} cannot get entries to {@code b} and {@code c}; heartbeats and votes
 * pass. {@code d} is the server that joins.
 */
class TwoVotersChangedAtOnceIT {
    @TempDir
    private Path directory;

    private RatisCluster cluster;
    private RatisServer a;
    private RatisServer b;
    private RatisServer c;
    private RatisServer d;

    @BeforeEach
    void createGroupOfThreeAndOneEmptyReplica() throws Exception {
        cluster = RatisCluster.of(4, directory).start();
        a = cluster.server(1);
        b = cluster.server(2);
        c = cluster.server(3);
        d = cluster.server(4);
        cluster.createGroup(a, b, c);
        d.addGroup(true, List.of());
        cluster.writeAcknowledged(a, "x", "before");
        cluster.awaitApplied("x", "before", a, b, c);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void twoLeadersAcknowledgeWhenOneRequestChangesTwoVoters() throws Exception {
        long firstTerm = a.term();
        List<Fault> entriesStuck = stopEntriesOfA();

        // a and d get the joint entry {a, b, d} + {a, b, c}; it cannot be committed without b or c.
        CompletableFuture<RaftClientReply> swap = a.changeVoters(List.of(a, b, c), List.of(a, b, d));
        awaitCurrentVoters(a, Set.of(a, b, d));
        awaitCurrentVoters(d, Set.of(a, b, d));

        // a loses its leadership and wins it back with votes of all. Now it goes by {a, b, d} alone, and commits with d
        // what b and c have never seen.
        cluster.stepDown(a);
        cluster.awaitReadyAbove(firstTerm, a);
        assertThat(RatisCluster.succeeded(swap)).isFalse();
        assertThat(a.voters()).isEqualTo(new RatisServer.Voters(Set.of(a.id(), b.id(), d.id()), Set.of()));
        assertThat(a.isConfigurationCommitted()).isTrue();
        assertThat(b.voters()).isEqualTo(new RatisServer.Voters(Set.of(a.id(), b.id(), c.id()), Set.of()));
        assertThat(c.voters()).isEqualTo(b.voters());

        // The network parts. b and c are a majority of the old voters, a and d of the new ones.
        cluster.partition(List.of(a, d), List.of(b, c));
        entriesStuck.forEach(Fault::close);
        cluster.electOnly(a, b);
        cluster.awaitReady(b);
        RaftClientReply atB = cluster.writeAcknowledged(b, "x", "by b");
        RaftClientReply atA = cluster.writeAcknowledged(a, "x", "by a");

        assertThat(cluster.faults().refusals()).isPositive();
        cluster.await("both lead at once", () -> a.isReadyLeader() && b.isReadyLeader());
        assertThat(a.applied("x")).isEqualTo("by a");
        assertThat(b.applied("x")).isEqualTo("by b");
        // Two logs with different committed entries at one index: what Raft promises never to happen.
        long both = Math.min(atA.getLogIndex(), atB.getLogIndex());
        assertThat(a.committedEntry(both)).isPresent();
        assertThat(b.committedEntry(both)).isPresent().isNotEqualTo(a.committedEntry(both));
    }

    @Test
    void oldLeaderNeverBecomesReadyWithoutTheOldMajorityWhenOneVoterIsAdded() throws Exception {
        long firstTerm = a.term();
        List<Fault> entriesStuck = stopEntriesOfA();

        // The same story, but d only joins: the joint entry is {a, b, c, d} + {a, b, c}.
        CompletableFuture<RaftClientReply> addition = a.changeVoters(List.of(a, b, c), List.of(a, b, c, d));
        awaitCurrentVoters(a, Set.of(a, b, c, d));
        awaitCurrentVoters(d, Set.of(a, b, c, d));
        cluster.stepDown(a);
        cluster.await("a leads again", () -> a.term() > firstTerm && a.leads());
        CompletableFuture<RaftClientReply> atA = a.write("x", "by a");

        // Again a forgets the old voters, but three of the four new ones always include two of the three old ones.
        cluster.partition(List.of(a, d), List.of(b, c));
        entriesStuck.forEach(Fault::close);
        cluster.electOnly(b);
        cluster.awaitReady(b);
        cluster.writeAcknowledged(b, "x", "by b");
        assertThat(a.readyTerms()).containsExactly(firstTerm);

        // After the faults everybody agrees, so what did not happen until now has not happened at all.
        cluster.heal();
        cluster.awaitApplied("x", "by b", a, b, c);
        assertThat(a.readyTerms()).containsExactly(firstTerm);
        assertThat(d.readyTerms()).isEmpty();
        assertThat(RatisCluster.succeeded(addition)).isFalse();
        assertThat(RatisCluster.succeeded(atA)).isFalse();
    }

    private List<Fault> stopEntriesOfA() {
        return List.of(cluster.cut(a, b, Traffic.ENTRIES), cluster.cut(a, c, Traffic.ENTRIES));
    }

    private void awaitCurrentVoters(RatisServer server, Set<RatisServer> voters) {
        Set<RaftPeerId> ids = voters.stream().map(RatisServer::id).collect(Collectors.toSet());
        cluster.await(
                server + " goes by the new voters " + voters,
                () -> server.voters().current().equals(ids));
    }
}
