package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the barrier costs a leader that nobody deposed: reads go on as long as a majority can be asked. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // each test starts with the cluster it needs
class LivingLeaderIT {
    private static final BarrierSettings PATIENT = new BarrierSettings(8, 10_000, 600_000, 1_000);
    /** For those who are to be refused. */
    private static final BarrierSettings IMPATIENT = new BarrierSettings(8, 300, 600_000, 1_000);

    @TempDir
    private Path directory;

    private ShardServers servers;

    private void start(int count, BarrierSettings settings) throws Exception {
        servers = ShardServers.start(directory, count, settings);
        servers.put(1, "x", "old");
    }

    @AfterEach
    void close() {
        if (servers != null) {
            servers.close();
        }
    }

    private ShardServer.Answer read(int number) {
        return servers.read(number, "x");
    }

    @Test
    void aReadSeesTheWriteAcknowledgedJustBefore() throws Exception {
        start(3, PATIENT);
        for (int i = 1; i <= 50; i++) {
            servers.put(1, "x", "v" + i);
            assertThat(read(1).value()).isEqualTo("v" + i);
        }
        assertThat(read(2).refusal()).isEqualTo(ErrorCode.NOT_LEADER);
        assertThat(servers.server(2).peers().sameTerm()).isZero();
    }

    @Test
    void theOnlyVoterAsksNobody() throws Exception {
        start(1, PATIENT);
        assertThat(read(1).value()).isEqualTo("old");
        assertThat(servers.server(1).peers().sameTerm()).isZero();
    }

    @Test
    void oneUnreachableVoterOfThreeDoesNotMatter() throws Exception {
        start(3, PATIENT);
        for (int cut = 2; cut <= 3; cut++) {
            servers.cutBarrier(1, cut);
            for (int i = 0; i < 20; i++) {
                assertThat(read(1).value()).isEqualTo("old");
            }
            servers.server(1).peers().heal();
        }
    }

    @Test
    void readsThatNobodyConfirmsAreRefusedAndServedAgainAfterwards() throws Exception {
        start(3, IMPATIENT);
        servers.cutBarrier(1, 2);
        servers.cutBarrier(1, 3);
        assertThat(read(1).refusal()).isEqualTo(ErrorCode.READ_NOT_CONFIRMED);
        servers.server(1).peers().heal();
        assertThat(servers.readServed(1, "x")).isEqualTo("old");
    }

    @Test
    void theSecondOfTwoVotersMustConfirmThoughItCannotLeadAlone() throws Exception {
        start(2, IMPATIENT);
        assertThat(servers.readServed(1, "x")).isEqualTo("old");
        // Cut off from Raft nobody can be elected by the other alone, and nothing is acknowledged: the old value is the
        // newest.
        Fault cut = servers.cutRaft(1);
        servers.electOnly(2);
        assertThat(servers.readServed(1, "x")).isEqualTo("old");
        servers.cutBarrier(1, 2);
        assertThat(read(1).refusal()).isEqualTo(ErrorCode.READ_NOT_CONFIRMED);
        assertThat(servers.server(2).leads()).isFalse();
        servers.server(1).peers().heal();
        cut.close();
        assertThat(servers.readServed(1, "x")).isEqualTo("old");

        servers.transfer(1, 2);
        servers.await("server 2 leads", () -> servers.server(2).leads());
        servers.put(2, "x", "new");
        assertThat(read(1).refusal()).isEqualTo(ErrorCode.NOT_LEADER);
        assertThat(servers.readServed(2, "x")).isEqualTo("new");
    }

    @Test
    void aLeaderThatNobodyConfirmsStepsDownLongBeforeRaftNotices() throws Exception {
        start(3, new BarrierSettings(8, 300, 1_000, 1_000));
        Fault cut = servers.cutRaft(1);
        servers.cutBarrier(1, 2);
        servers.cutBarrier(1, 3);
        servers.await("server 1 has stepped down", () -> {
            assertThat(read(1).value()).isNull();
            return !servers.server(1).leads();
        });
        cut.close();
    }

    @Test
    void aLeaderWhoseSuccessorRaftDoesNotShowItStepsDown() throws Exception {
        start(3, new BarrierSettings(8, 300, 1_000, 1_000));
        Fault cut = servers.cutRaft(1);
        servers.electOnly(2);
        servers.awaitLeaderAbove(2, 1);
        servers.await("server 1 has stepped down", () -> {
            assertThat(read(1).value()).isNull();
            return !servers.server(1).leads();
        });
        cut.close();
        servers.await("server 2 is read", () -> "old".equals(read(2).value()));
    }
}
