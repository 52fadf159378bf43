package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deposed leader that does not know it answers no linearizable read with an old value.
 *
 * <p>Common to all tests: server 1 leads and goes on believing so while another server is elected and acknowledges {@code
 * x=new}. Server 1 is read all the time, with the barrier and without. The reads without it are the control: they must see
 * {@code x=old} after the new value was acknowledged, else the attack has shown nothing.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // each test starts with the cluster it needs
class DeposedLeaderIT {
    /** A leader that cannot confirm reads goes on leading: here it is to be attacked, not to be saved. */
    private static final BarrierSettings SETTINGS = new BarrierSettings(8, 300, 600_000, 1_000);

    private static final long ENOUGH = 50;

    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private ShardServers servers;
    private ReadWatch confirmed;
    private ReadWatch unconfirmed;

    private void startAndWatch(int count) throws Exception {
        servers = ShardServers.start(directory, count, SETTINGS);
        open.add(servers);
        servers.put(1, "x", "old");
        confirmed = ReadWatch.confirmed(servers.server(1), "x");
        open.add(confirmed);
        unconfirmed = ReadWatch.unconfirmed(servers.server(1), "x");
        open.add(unconfirmed);
        servers.await("reads are served", () -> confirmed.served("old") >= ENOUGH);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** The other acknowledges a new value; then the deposed leader is read for a while. */
    private void writeAtAndReadTheDeposed(int leader) {
        servers.awaitLeaderAbove(leader, 1);
        servers.put(leader, "x", "new");
        readTheDeposed(System.nanoTime());
    }

    private void readTheDeposed(long acknowledged) {
        servers.await(
                "both kinds of reads were tried often enough",
                () -> unconfirmed.servedSince("old", acknowledged) >= ENOUGH
                        && confirmed.refusedSince(acknowledged) >= ENOUGH);
        assertThat(servers.server(1).leads()).as("server 1 believes to lead").isTrue();
        assertThat(confirmed.servedSince("old", acknowledged))
                .as("stale reads behind the barrier; %s", servers)
                .isZero();
        assertThat(unconfirmed.servedSince("new", acknowledged)).isZero();
    }

    private void healAndReadTheNewValueAt(int leader, Fault... faults) {
        for (Fault fault : faults) {
            fault.close();
        }
        servers.server(1).peers().heal();
        servers.await(
                "server 1 has learned that it does not lead",
                () -> !servers.server(1).leads());
        assertThat(servers.readServed(leader, "x")).isEqualTo("new");
        assertThat(servers.server(1).read("x").join().refusal()).isEqualTo(ErrorCode.NOT_LEADER);
        assertThat(confirmed.served("new")).isZero();
    }

    @Test
    void raftCutAndBarrierOpen() throws Exception {
        startAndWatch(3);
        Fault cut = servers.cutRaft(1);
        servers.electOnly(2);
        writeAtAndReadTheDeposed(2);
        // The sharpest attack: the voters were reached and asked, and said no.
        assertThat(servers.server(1).peers().higherTerm()).isPositive();
        healAndReadTheNewValueAt(2, cut);
    }

    @Test
    void raftAndBarrierCut() throws Exception {
        startAndWatch(3);
        Fault cut = servers.cutRaft(1);
        servers.cutBarrier(1, 2);
        servers.cutBarrier(1, 3);
        servers.electOnly(3);
        servers.awaitLeaderAbove(3, 1);
        servers.put(3, "x", "new");
        long acknowledged = System.nanoTime();
        // Each of these waits until its time is over.
        servers.await(
                "both kinds of reads were tried",
                () -> unconfirmed.servedSince("old", acknowledged) >= ENOUGH
                        && confirmed.refusedSince(acknowledged) >= 3);
        assertThat(confirmed.servedSince("old", acknowledged)).isZero();
        assertThat(servers.server(1).peers().unanswered()).isPositive();
        healAndReadTheNewValueAt(3, cut);
    }

    @Test
    void fiveVotersOfWhomOneStaysWithTheDeposedLeader() throws Exception {
        startAndWatch(5);
        Fault cut = servers.cutRaft(1, 2);
        for (int other = 3; other <= 5; other++) {
            servers.cutBarrier(1, other);
        }
        servers.electOnly(4);
        servers.awaitLeaderAbove(4, 1);
        servers.put(4, "x", "new");
        long acknowledged = System.nanoTime();
        int yes = servers.server(1).peers().sameTerm();
        servers.await(
                "both kinds of reads were tried",
                () -> unconfirmed.servedSince("old", acknowledged) >= ENOUGH
                        && confirmed.refusedSince(acknowledged) >= 3);
        // One voter said yes: not enough.
        assertThat(servers.server(1).peers().sameTerm()).isGreaterThan(yes);
        servers.server(1).peers().heal();
        readTheDeposed(acknowledged);
        assertThat(servers.server(1).peers().higherTerm()).isPositive();
        healAndReadTheNewValueAt(4, cut);
    }

    @Test
    void leadershipHandedOverWithoutHearingOfTheSuccessor() throws Exception {
        startAndWatch(3);
        // Only its order to stand for election gets out.
        List<Fault> faults = new ArrayList<>();
        for (int other = 2; other <= 3; other++) {
            faults.add(servers.cutRaftLink(1, other, Traffic.HEARTBEATS, Traffic.ENTRIES, Traffic.VOTES));
            faults.add(servers.cutRaftLink(other, 1));
        }
        servers.transfer(1, 2);
        writeAtAndReadTheDeposed(2);
        assertThat(servers.server(1).peers().higherTerm()).isPositive();
        healAndReadTheNewValueAt(2, faults.toArray(Fault[]::new));
    }

    @Test
    void votersThatStartAgainRememberThatTheyVoted() throws Exception {
        startAndWatch(3);
        Fault cut = servers.cutRaft(1);
        // Who leads later does not warn the deposed leader; all depends on server 3, who elects it and then restarts.
        servers.cutBarrier(1, 2);
        servers.cutBarrier(1, 3);
        servers.electOnly(2);
        servers.awaitLeaderAbove(2, 1);
        servers.put(2, "x", "new");
        long acknowledged = System.nanoTime();
        servers.server(3).killReplicas();
        servers.server(1).peers().heal();
        servers.cutBarrier(1, 2);
        int answered = servers.server(1).peers().noTerm();
        servers.await(
                "server 3 was asked while it was down",
                () -> servers.server(1).peers().noTerm() > answered);
        servers.server(3).startReplicas();
        servers.await(
                "server 3 was asked after it started",
                () -> servers.server(1).peers().higherTerm() > 0);
        readTheDeposed(acknowledged);
        healAndReadTheNewValueAt(2, cut);
    }
}
