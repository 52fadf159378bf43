package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.AskedPeers.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens, in whatever order, every read is answered once: random reads, answers of every kind, silence, changes of
 * term, role and voters, replicas that close or fail, and at times the end of the barrier. ({@link ReadProbe} fails on a
 * second answer.) The feared failures are a read that hangs and a limit that leaks until nothing is let in any more.
 */
class BarrierChaosTest {
    private static final int SEEDS = 2_000;
    private static final int STEPS = 120;

    @Test
    void everyReadIsAnsweredOnceWhateverHappens() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Run(seed).play();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Run {
        private final BarrierFixture fixture = new BarrierFixture();
        private final Random random;
        private final List<LedReplica> replicas = new ArrayList<>();
        private final List<ReadProbe> reads = new ArrayList<>();
        private final List<Ask> asks = new ArrayList<>();
        private final boolean failing;
        private boolean closed;

        private Run(long seed) {
            random = new Random(seed);
            // Each of these writes a stack trace to the log.
            failing = seed % 1_000 == 0;
            for (int shard = 1; shard <= 3; shard++) {
                replicas.add(new LedReplica(shard));
            }
        }

        private void play() {
            for (int step = 0; step < STEPS; step++) {
                act(random.nextInt(20));
                asks.addAll(fixture.peers.take());
                if (random.nextBoolean()) {
                    fixture.loop.run();
                }
            }
            settle();
        }

        private void act(int kind) {
            LedReplica replica = replicas.get(random.nextInt(replicas.size()));
            switch (kind) {
                case 0, 1, 2, 3, 4 -> reads.add(fixture.arrive(replica));
                case 5 -> reads.add(failing ? fixture.arrive(replica).throwing() : fixture.arrive(replica));
                case 6, 7, 8, 9 -> answer();
                case 10, 11 -> fixture.loop.advanceMillis(random.nextInt(20));
                case 12 -> fixture.loop.advanceMillis(random.nextInt(1_000));
                case 13 -> replica.term += random.nextInt(2);
                case 14 -> replica.leader = random.nextInt(3) > 0;
                case 15 -> replica.commitIndex += random.nextInt(3);
                case 16 -> replica.applyTo(replica.commitIndex);
                case 17 -> changeVoters(replica);
                case 18 ->
                    replica.failure = failing && random.nextInt(4) == 0 ? new IllegalStateException("failing") : null;
                default -> closeSomething(replica);
            }
        }

        private void answer() {
            if (asks.isEmpty()) {
                return;
            }
            // Some are answered more than once.
            int index = random.nextInt(asks.size());
            Ask ask = random.nextInt(4) > 0 ? asks.remove(index) : asks.get(index);
            switch (random.nextInt(5)) {
                case 0, 1 -> ask.confirm();
                case 2 -> ask.fail();
                default -> ask.answer(random.longs(random.nextInt(4), 0, 12).toArray());
            }
        }

        private void changeVoters(LedReplica replica) {
            List<Set<Long>> sets = List.of(Set.of(1L), Set.of(1L, 2L), Set.of(1L, 2L, 3L), Set.of(2L, 3L, 4L));
            replica.previousVoters = random.nextBoolean() ? Set.of() : replica.voters;
            replica.voters = VoterIds.of(sets.get(random.nextInt(sets.size())).stream()
                    .mapToLong(Long::longValue)
                    .toArray());
        }

        private void closeSomething(LedReplica replica) {
            if (random.nextInt(40) == 0) {
                fixture.barrier.close();
                closed = true;
            } else if (random.nextInt(4) == 0) {
                replica.close();
                replicas.set(
                        replicas.indexOf(replica),
                        new LedReplica(replica.shard().value()));
            }
        }

        private void settle() {
            fixture.loop.advanceMillis(2_000);
            for (LedReplica replica : replicas) {
                replica.failure = null;
                replica.close();
            }
            assertThat(reads).allMatch(ReadProbe::isAnswered);
            assertThat(fixture.registry.find("ringkv_barrier_reads").counters().stream()
                            .mapToDouble(counter -> counter.count())
                            .sum())
                    .isEqualTo(reads.size());
            if (!closed) {
                assertThatNothingLeaked();
            }
        }

        private void assertThatNothingLeaked() {
            LedReplica fresh = new LedReplica(9);
            fresh.voters = VoterIds.of(1);
            List<ReadProbe> last = new ArrayList<>();
            for (int i = 0; i < BarrierFixture.WAITERS_MAX; i++) {
                last.add(fixture.arrive(fresh));
            }
            fixture.arrive(fresh).assertRefused(ErrorCode.OVERLOADED);
            fixture.loop.run();
            last.forEach(ReadProbe::assertServed);
        }
    }
}
