package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.RaftMetaFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How high the term floor of a new replica may be: the leader's term, not above. {@link BlankVoterIT} shows why there
 * must be a floor at all. The leader {@code a} of {@code a, b, c} adds {@code d}.
 */
class TermFloorIT {
    @TempDir
    private Path directory;

    private RatisCluster cluster;
    private RatisServer a;
    private RatisServer b;
    private RatisServer c;
    private RatisServer d;

    @BeforeEach
    void createGroupOfThree() throws Exception {
        cluster = RatisCluster.of(4, directory).start();
        a = cluster.server(1);
        b = cluster.server(2);
        c = cluster.server(3);
        d = cluster.server(4);
        cluster.createGroup(a, b, c);
        cluster.writeAcknowledged(a, "x", "1");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void floorOfTheLeadersTermIsNoObstacle() throws Exception {
        prepareD(a.term());

        cluster.changeVoters(a, a, b, c, d);

        cluster.awaitApplied("x", "1", d);
    }

    @Test
    void floorAboveTheLeadersTermStopsCatchingUpUntilTheLeaderHasThatTerm() throws Exception {
        long term = a.term();
        prepareD(term + 1);
        AtomicInteger appends = new AtomicInteger();
        cluster.faults().refuse(request -> {
            if (request.to().equals(d.id())) {
                appends.incrementAndGet();
            }
            return false; // just looking
        });

        // d refuses entries and heartbeats alike. a takes no notice of the term of a server that is still catching up,
        // so it does not step down; and a refusal is a sign of life, so it does not give up either.
        CompletableFuture<RaftClientReply> addition = a.changeVoters(List.of(a, b, c), List.of(a, b, c, d));
        cluster.await("d has refused some appends", () -> appends.get() >= 4);
        assertThat(addition).isNotDone();
        assertThat(d.nextIndex()).isZero();
        assertThat(a.term()).isEqualTo(term);

        // A step-down without a named successor ends it; the next term is high enough.
        cluster.stepDown(a);
        cluster.awaitReadyAbove(term, a);
        assertThat(RatisCluster.succeeded(addition)).isFalse();
        cluster.changeVoters(a, a, b, c, d);
        cluster.awaitApplied("x", "1", d);
    }

    private void prepareD(long floor) throws Exception {
        RaftMetaFile.of(d.storageDirectory(), cluster.groupId()).raiseTerm(floor, d.id());
        d.addGroup(false, List.of());
        assertThat(d.term()).isEqualTo(floor);
    }
}
