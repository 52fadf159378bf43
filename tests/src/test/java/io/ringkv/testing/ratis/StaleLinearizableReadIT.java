package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bare Ratis 3.3.0 answers stale data to reads with {@code raft.server.read.option=LINEARIZABLE} (leader lease off, all
 * other read settings as they come), which is why our reads do not use that option.
 *
 * <p>The cause: a read asks for a round of heartbeats only if none has been acknowledged yet <em>at its commit
 * index</em> ({@code ReadIndexHeartbeats.addAppendEntriesListener}: {@code commitIndex <= ackedCommitIndex}). A deposed
 * leader commits nothing, so its commit index stays where it was when its last round was acknowledged; from then on it
 * answers without asking anybody, for as long as it believes to lead.
 *
 * <p>Common to all tests: {@code a} leads and is cut off from {@code b} and {@code c}, {@code b} is elected and
 * acknowledges a new value. {@code a} is slow to notice that it has lost its majority; with Ratis' own setting the
 * window is {@code rpc.timeout.max} to twice that, with a pause of the process it is the pause.
 */
class StaleLinearizableReadIT {
    @TempDir
    private Path directory;

    private RatisCluster cluster;
    private RatisServer a;
    private RatisServer b;
    private RatisServer c;

    @BeforeEach
    void writeTheOldValue() throws Exception {
        cluster = RatisCluster.of(3, directory)
                .properties(properties -> {
                    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
                    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
                })
                .keepsLeading(1)
                .start();
        a = cluster.server(1);
        b = cluster.server(2);
        c = cluster.server(3);
        cluster.createGroup(a, b, c);
        cluster.writeAcknowledged(a, "x", "old");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void deposedLeaderAnswersTheOldValueAfterTheNewOneWasAcknowledged() throws Exception {
        // This read is confirmed by a round of heartbeats. It is what makes the later ones stale.
        assertThat(cluster.readAnswered(a, "x")).isEqualTo("old");

        electBWithoutAAndWriteTheNewValue();

        // A linearizable read that begins now must return "new" or nothing.
        CompletableFuture<RaftClientReply> read = a.read("x");
        cluster.await("the read is answered", read::isDone);
        assertThat(RatisCluster.succeeded(read)).isTrue();
        assertThat(RatisCluster.text(read.join())).isEqualTo("old");
        assertThat(cluster.readAnswered(b, "x")).isEqualTo("new");
    }

    @Test
    void deposedLeaderAnswersNothingWhenNoReadWasConfirmedAtItsCommitIndex() throws Exception {
        electBWithoutAAndWriteTheNewValue();

        // This read does ask for a round of heartbeats. It has to wait, and is refused when the round meets the new
        // term.
        CompletableFuture<RaftClientReply> read = a.read("x");
        assertThat(read).isNotDone();
        cluster.heal();
        cluster.await("the read is over", read::isDone);
        assertThat(RatisCluster.succeeded(read)).isFalse();
    }

    @Test
    void deposedLeaderAnswersTheOldValueToUncheckedReads() throws Exception {
        electBWithoutAAndWriteTheNewValue();

        CompletableFuture<RaftClientReply> read = a.readUnchecked("x");
        cluster.await("the read is answered", read::isDone);
        assertThat(RatisCluster.succeeded(read)).isTrue();
        assertThat(RatisCluster.text(read.join())).isEqualTo("old");
    }

    private void electBWithoutAAndWriteTheNewValue() {
        cluster.isolate(a);
        cluster.electOnly(b);
        cluster.awaitReady(b);
        cluster.writeAcknowledged(b, "x", "new");
        assertThat(a.isReadyLeader()).isTrue();
        assertThat(a.term()).isLessThan(b.term());
    }
}
