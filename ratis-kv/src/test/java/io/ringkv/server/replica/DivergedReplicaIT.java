package io.ringkv.server.replica;

import static io.ringkv.server.replica.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.rpc.DigestAt;
import io.ringkv.rpc.GiveUpReplica;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose state is not that of the others gives up what it has, when it is told so and it is true. */
class DivergedReplicaIT {
    @TempDir
    private Path root;

    private Hosts hosts;
    private Changes changes;

    @BeforeEach
    void create() {
        hosts = new Hosts(root);
        hosts.startAll(3);
        hosts.create(1, 1, 2, 3);
        changes = new Changes(hosts, 1);
    }

    @AfterEach
    void stop() {
        hosts.close();
        assertThat(hosts.incidents).isEmpty();
    }

    @Test
    void reportsEqualDigestsAtEqualIndexes() {
        hosts.put(1, "a", "1");

        DigestAt digest = awaitAgreement(3);

        hosts.put(1, "a", "2");
        DigestAt later = awaitAgreement(3);
        assertThat(later.getIndex()).isGreaterThan(digest.getIndex());
        assertThat(later.getDigest()).isNotEqualTo(digest.getDigest());
    }

    @Test
    void givesUpWhatIsWrongAndIsMadeAnew() {
        hosts.put(1, "a", "1");
        DigestAt present = awaitAgreement(3);
        int leading = hosts.numberOf(hosts.awaitLeader(1));

        // Of a state that it does not have: late, or meant for another.
        DigestAt other =
                present.toBuilder().setDigest(ByteString.copyFrom(new byte[16])).build();
        hosts.host(leading).obey(1, giveUp(other));
        await("the refusal", () -> hosts.count(leading, "ringkv_instruction_refused_total") == 1);
        assertThat(hosts.report(leading, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_MEMBER);

        hosts.host(leading).obey(1, giveUp(present));

        await("it to be lost", () -> hosts.report(leading, 1).getLedgerState() == LedgerState.LEDGER_STATE_LOST);
        assertThat(hosts.report(leading, 1).getFailure()).contains("REPLICA_DIVERGED");
        assertThat(hosts.replica(leading, 1)).isNull();
        hosts.put(1, "b", "2");
        changes.remove(leading);
        changes.add(leading);
        hosts.awaitValue(leading, 1, "a", "1");
        hosts.awaitValue(leading, 1, "b", "2");
        assertThat(awaitAgreement(3).getIndex()).isGreaterThan(present.getIndex());
    }

    private static Instruction giveUp(DigestAt diverged) {
        return Hosts.instruction(1, 1)
                .setGiveUp(GiveUpReplica.newBuilder().setDiverged(diverged))
                .build();
    }

    /** Waits until all report the same index, and what they say then; equal it must be at once. */
    private DigestAt awaitAgreement(int count) {
        DigestAt[] agreed = new DigestAt[1];
        await("all at one index", () -> {
            DigestAt[] digests =
                    reports(count).map(ReplicaReport::getStateDigest).toArray(DigestAt[]::new);
            agreed[0] = digests[0];
            return digests[0].getIndex() > 0
                    && Stream.of(digests).allMatch(digest -> digest.getIndex() == digests[0].getIndex());
        });
        assertThat(reports(count).map(ReplicaReport::getStateDigest))
                .as("digests at one index")
                .allMatch(digest -> digest.getIndex() != agreed[0].getIndex() || digest.equals(agreed[0]));
        return agreed[0];
    }

    private Stream<ReplicaReport> reports(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> hosts.report(number, 1));
    }
}
