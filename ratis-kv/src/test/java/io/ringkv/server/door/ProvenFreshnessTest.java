package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.fake.FakeBarrier;
import io.ringkv.server.fake.FakeReplica;
import io.ringkv.server.fake.FakeReplicaHost;
import io.ringkv.server.fake.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class ProvenFreshnessTest {
    private final ManualClock clock = new ManualClock();
    private final FakeReplicaHost host = new FakeReplicaHost();
    private final FakeReplica replica = host.add(new FakeReplica(1, TokenRange.fullCircle()));
    private final FakeBarrier barrier = new FakeBarrier();
    private final List<ServerId> asked = new ArrayList<>();
    private final List<LongConsumer> questions = new ArrayList<>();
    private final ProvenFreshness freshness = new ProvenFreshness(
            host,
            barrier,
            (leader, of, answer) -> {
                asked.add(leader);
                questions.add(answer);
            },
            clock);

    @Test
    void claimsNothingWithoutProof() {
        assertThat(freshAt()).isEmpty();
        replica.loseLeadership(FakeReplica.OTHER);
        freshness.tick();

        assertThat(asked).containsExactly(FakeReplica.OTHER);
        assertThat(freshAt()).isEmpty();
    }

    @Test
    void isAsFreshAsTheMomentOfTheQuestionOnceTheRevisionOfTheAnswerIsApplied() {
        replica.loseLeadership(FakeReplica.OTHER);
        replica.state().setRevision(4);
        long askedAt = clock.nanos();
        freshness.tick();
        clock.advanceMillis(50);
        questions.get(0).accept(5);

        assertThat(freshAt()).as("revision 5 is not applied").isEmpty();
        clock.advanceMillis(50);
        replica.state().applyForeign(5);

        assertThat(freshAt()).hasValue(askedAt);
    }

    @Test
    void keepsTheNewestProofWhateverTheOrderOfAnswers() {
        replica.loseLeadership(FakeReplica.OTHER);
        freshness.tick();
        clock.advanceMillis(1_000);
        long secondAt = clock.nanos();
        freshness.tick();

        questions.get(1).accept(0);
        questions.get(0).accept(0);

        assertThat(freshAt()).hasValue(secondAt);
    }

    @Test
    void claimsNothingForAStateThatIsOlderThanTheOneOfTheProof() {
        replica.loseLeadership(FakeReplica.OTHER);
        replica.state().setRevision(9);
        freshness.tick();
        questions.get(0).accept(9);
        assertThat(freshAt()).isPresent();

        replica.state().setRevision(3);

        assertThat(freshAt()).isEmpty();
    }

    @Test
    void believesItsOwnLeaderOnlyWhenTheBarrierConfirmsIt() {
        barrier.hold();
        long askedAt = clock.nanos();
        freshness.tick();
        assertThat(freshAt()).isEmpty();

        clock.advanceMillis(5);
        barrier.serveHeld();

        assertThat(freshAt()).hasValue(askedAt);
        assertThat(asked).isEmpty();
    }

    @Test
    void forgetsReplicasThatAreGoneAndBoundsWhatIsPending() {
        replica.loseLeadership(FakeReplica.OTHER);
        long firstAt = clock.nanos();
        for (int i = 0; i < 100; i++) {
            freshness.tick();
            questions.get(i).accept(i + 1L);
            clock.advanceMillis(1_000);
        }

        replica.state().setRevision(1);
        assertThat(freshAt()).as("the oldest proof is kept").hasValue(firstAt);
        replica.state().setRevision(100);
        assertThat(freshAt()).as("so is the newest").hasValue(clock.nanos() - 1_000_000_000L);
        host.remove(replica.shard());
        freshness.tick();
        assertThat(freshAt()).isEmpty();
    }

    private OptionalLong freshAt() {
        return freshness.freshAtNanos(
                replica, Objects.requireNonNull(replica.state().meta()).revision());
    }
}
