package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.fake.FakeCluster;
import io.ringkv.client.fake.FakeServer;
import io.ringkv.client.fake.Reaction;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers are told about writes is true, whatever happens to requests and answers. */
final class ExactlyOnceIT {

    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes VALUE = Bytes.utf8("value");
    private static final WriteOptions SHORT = WriteOptions.defaults().withTimeout(Duration.ofMillis(600));

    private final FakeCluster cluster = FakeCluster.start(3, 1);
    private final RingKvClient client = cluster.connect();
    private final BlockingRingKvClient blocking = client.blocking();
    private final FakeServer leader = cluster.leaderOf(KEY);

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void aWriteWhoseConnectionBreaksAfterItWasAppliedIsAppliedOnce() {
        leader.script(once(ExactlyOnceIT::isWrite, Reaction.APPLY_AND_BREAK));

        assertThat(blocking.increment(KEY, 1).value()).isEqualTo(1);
        assertThat(blocking.increment(KEY, 1).value()).isEqualTo(2);
        assertThat(cluster.shardOf(KEY).executedTwice()).isZero();
    }

    @Test
    void aRetryKeepsSessionIdentityAndSequence() {
        leader.script(once(ExactlyOnceIT::isWrite, Reaction.APPLY_AND_BREAK));
        blocking.put(KEY, VALUE);

        List<Request> writes =
                leader.requests().stream().filter(ExactlyOnceIT::isWrite).toList();
        assertThat(writes).hasSize(2);
        assertThat(writes.get(1).getSequence()).isEqualTo(writes.get(0).getSequence());
        assertThat(writes.get(1).getClientId()).isEqualTo(writes.get(0).getClientId());
        assertThat(writes.get(1).getBody()).isEqualTo(writes.get(0).getBody());
    }

    @Test
    void theFateOfAnUnansweredWriteThatWasAppliedIsFound() {
        blocking.put(KEY, VALUE);
        leader.script(request -> isWrite(request) ? Reaction.LOSE_ANSWER : Reaction.SERVE);

        assertThat(blocking.put(KEY, VALUE, SHORT).version()).isEqualTo(2);
        assertThat(leader.requests())
                .last()
                .extracting(Request::getType)
                .isEqualTo(OperationType.OPERATION_TYPE_RESOLVE);
    }

    @Test
    void anUnansweredWriteThatWasNotAppliedIsPreventedForGood() {
        blocking.put(KEY, VALUE);
        leader.script(request -> isWrite(request) ? Reaction.FORGET : Reaction.SERVE);

        assertRefused(ErrorCode.ABANDONED, () -> blocking.increment(Bytes.utf8("other"), 1, SHORT));
        Request late = leader.requests().stream()
                .filter(request -> request.getType() == OperationType.OPERATION_TYPE_INCREMENT)
                .findFirst()
                .orElseThrow();
        assertThat(cluster.shardOf(KEY).apply(late).getCode()).isEqualTo(ErrorCode.ABANDONED.number());
    }

    @Test
    void theFateOfAFirstWriteIsFoundThroughTheClientsIdentity() {
        leader.script(request -> isWrite(request) ? Reaction.LOSE_ANSWER : Reaction.SERVE);

        assertThat(blocking.increment(KEY, 1, SHORT).value()).isEqualTo(1);
        assertThat(leader.requests())
                .extracting(Request::getType)
                .contains(OperationType.OPERATION_TYPE_OPEN, OperationType.OPERATION_TYPE_RESOLVE);
    }

    @Test
    void whenNobodyAnswersTheOutcomeIsUnknown() {
        blocking.put(KEY, VALUE);
        leader.script(request -> Reaction.FORGET);

        assertRefused(ErrorCode.OUTCOME_UNKNOWN, () -> blocking.put(KEY, VALUE, SHORT));
    }

    @Test
    void whenEveryAttemptIsRefusedNothingWasApplied() {
        cluster.servers()
                .forEach(server -> server.script(request -> Reaction.answer(FakeServer.refuse(ErrorCode.NOT_LEADER))));

        assertRefused(ErrorCode.NO_LEADER, () -> blocking.put(KEY, VALUE, SHORT));
        assertThat(cluster.shardOf(KEY).entry(KEY)).isNull();
    }

    @Test
    void aRefusalThatSaysNothingAboutProposalLeavesTheWriteInDoubt() {
        AtomicInteger attempts = new AtomicInteger();
        leader.script(request -> isWrite(request) && attempts.incrementAndGet() == 1
                ? Reaction.answer(FakeServer.refuse(ErrorCode.NOT_LEADER).setNotProposed(false))
                : isWrite(request) ? Reaction.answer(FakeServer.refuse(ErrorCode.NOT_LEADER)) : Reaction.FORGET);

        assertRefused(ErrorCode.OUTCOME_UNKNOWN, () -> blocking.put(KEY, VALUE, SHORT));
    }

    @Test
    void anExpiredSessionIsReplacedForWritesThatWereNotInIt() {
        blocking.increment(KEY, 1);
        cluster.shardOf(KEY).expireSessions();

        assertThat(blocking.increment(KEY, 1).value()).isEqualTo(2);
    }

    @Test
    void anExpiredSessionWithAWriteInDoubtIsReportedAsUnknown() {
        blocking.increment(KEY, 1);
        AtomicInteger writes = new AtomicInteger();
        leader.script(request -> {
            if (isWrite(request) && writes.incrementAndGet() == 1) {
                cluster.shardOf(KEY).expireSessions();
                return Reaction.BREAK;
            }
            return Reaction.SERVE;
        });

        assertRefused(ErrorCode.SESSION_LOST, () -> blocking.increment(KEY, 1));
        assertThat(blocking.increment(KEY, 1).value()).isEqualTo(2);
    }

    @Test
    void aRefusedConditionIsToldOnceWithItsRevisionWhenTheAnswerIsLost() {
        PutResult put = blocking.put(KEY, VALUE);
        leader.script(once(ExactlyOnceIT::isWrite, Reaction.APPLY_AND_BREAK));

        CompareAndSetResult result = blocking.compareAndSet(KEY, Expectation.absent(), VALUE);

        assertThat(result.refusal()).contains(ErrorCode.KEY_EXISTS);
        assertThat(result.revision()).isEqualTo(put.revision());
        assertThat(result.current()).isEmpty();
    }

    @Test
    void sequencesAreGivenOnceAndFloorsNeverPassWhatIsAwaited() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        leader.script(request -> request.getSequence() % 7 == 0 ? Reaction.serveAfter(20) : Reaction.SERVE);
        for (int i = 0; i < 3_000; i++) {
            all.add(client.put(Bytes.utf8("key" + i), VALUE));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        Set<Long> sequences = new HashSet<>();
        for (Request request : leader.requests()) {
            assertThat(sequences.add(request.getSequence())).isTrue();
            assertThat(request.getFloor()).isLessThanOrEqualTo(request.getSequence());
            assertThat(request.getSequence() - request.getFloor()).isLessThan(1024);
        }
        assertThat(sequences).hasSize(3_000);
    }

    @Test
    void aStormOfBrokenConnectionsAndLostAnswersLosesAndDoublesNothing() {
        Random random = new Random(23);
        cluster.servers()
                .forEach(server -> server.script(request -> {
                    synchronized (random) {
                        return switch (random.nextInt(120)) {
                            case 0 -> Reaction.BREAK;
                            case 1 -> Reaction.APPLY_AND_BREAK;
                            case 2 -> Reaction.serveAfter(30);
                            default -> Reaction.SERVE;
                        };
                    }
                }));
        int count = 500;
        List<CompletableFuture<IncrementResult>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(client.increment(KEY, 1, WriteOptions.defaults().withTimeout(Duration.ofSeconds(15))));
        }

        int applied = 0;
        for (CompletableFuture<IncrementResult> each : all) {
            try {
                each.orTimeout(20, TimeUnit.SECONDS).join();
                applied++;
            } catch (CompletionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                RingKvException.class,
                                failure -> assertThat(failure.family()).isNotEqualTo(ErrorFamily.OUTCOME_UNKNOWN));
            }
        }
        cluster.servers().forEach(server -> server.script(request -> Reaction.SERVE));

        assertThat(blocking.increment(KEY, 0).value()).as("seed 23").isEqualTo(applied);
        assertThat(applied).isPositive();
        assertThat(cluster.shardOf(KEY).executedTwice()).isZero();
    }

    private static boolean isWrite(Request request) {
        return request.getTypeValue() < OperationType.OPERATION_TYPE_GET_VALUE;
    }

    private static Reaction.Script once(Predicate<Request> which, Reaction reaction) {
        AtomicInteger count = new AtomicInteger();
        return request -> which.test(request) && count.incrementAndGet() == 1 ? reaction : Reaction.SERVE;
    }

    private static void assertRefused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
