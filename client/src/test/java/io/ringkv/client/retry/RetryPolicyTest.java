package io.ringkv.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.retry.AttemptOutcome.Kind;
import io.ringkv.client.retry.RetryDecision.Again;
import io.ringkv.client.retry.RetryDecision.Finish;
import io.ringkv.client.retry.RetryDecision.GiveUp;
import io.ringkv.client.retry.RetryDecision.Reopen;
import io.ringkv.client.retry.RetryDecision.Resolve;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.common.error.Effect;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryPolicyTest {

    private static final OperationFacts READ = new OperationFacts(false, false, false, 1, 0, 2, 5_000, true, false);
    private static final OperationFacts WRITE = new OperationFacts(true, false, false, 1, 0, 2, 4_000, true, false);
    private static final OperationFacts DOUBTFUL = new OperationFacts(true, true, false, 2, 0, 2, 4_000, true, false);
    private static final OperationFacts RESOLVING = new OperationFacts(true, true, true, 2, 0, 2, 1_000, true, false);

    /** What each code leads to on a write's first attempt, refused before proposal, with untried replicas left. */
    @ParameterizedTest
    @CsvSource({
        // The answer.
        "OK, finish",
        "KEY_NOT_FOUND, finish",
        "VALUE_MISMATCH, finish",
        "COUNTER_OVERFLOW, finish",
        // The caller's mistake, or no hope.
        "KEY_TOO_LARGE, INVALID_ARGUMENT family stays",
        "DISK_FULL, stays",
        "FORBIDDEN, stays",
        "ABANDONED, stays",
        // Another server, at once.
        "NOT_LEADER, OTHER 0",
        "UNKNOWN_SHARD, OTHER 0 refresh",
        "STARTING, OTHER 0",
        "SHUTTING_DOWN, OTHER 0",
        "REPLICA_FAILED, OTHER 0",
        "CONNECTION_LOST, OTHER 0",
        "NO_LEADER, OTHER 0",
        "ATTEMPT_IN_DOUBT, OTHER 0",
        // The same server, after a pause.
        "LEADER_NOT_READY, SAME 10",
        "SHARD_QUEUE_FULL, SAME 10",
        "LOCKED, SAME 10",
        "DEADLINE_EXCEEDED_NOT_APPLIED, SAME 10",
        // A new session: nothing of this write was in the old one.
        "SESSION_EXPIRED, reopen",
        // A server with a defect: elsewhere, but not in a hurry.
        "INTERNAL, OTHER 10"
    })
    void decidesByCode(ErrorCode code, String expected) {
        RetryDecision decision = RetryPolicy.afterAttempt(WRITE, refused(code));

        assertThat(describe(decision, code)).isEqualTo(expected.replace("INVALID_ARGUMENT family ", ""));
    }

    private static String describe(RetryDecision decision, ErrorCode code) {
        if (decision instanceof Again again) {
            return again.where() + " " + again.delayMillis() + (again.refreshMap() ? " refresh" : "");
        }
        if (decision instanceof GiveUp failure) {
            return failure.code() == code ? "stays" : failure.code().name();
        }
        return decision == Finish.INSTANCE ? "finish" : decision == Reopen.INSTANCE ? "reopen" : "resolve";
    }

    @Test
    void aNamedLeaderIsOneHopAndFree() {
        AttemptOutcome named = new AttemptOutcome(Kind.REFUSED, ErrorCode.NOT_LEADER, true, false, 0);

        assertThat(RetryPolicy.afterAttempt(WRITE, named)).isEqualTo(new Again(Where.BELIEVED, 0, false, false));
    }

    @Test
    void serversThatNameEachOtherDoNotKeepARequestRunning() {
        AttemptOutcome named = new AttemptOutcome(Kind.REFUSED, ErrorCode.NOT_LEADER, true, false, 0);
        OperationFacts redirected = new OperationFacts(true, false, false, 2, 1, 1, 4_000, true, false);

        assertThat(RetryPolicy.afterAttempt(redirected, named)).isEqualTo(new Again(Where.BELIEVED, 20, false, true));
    }

    @Test
    void aNewerRecordIsOneHopAndFree() {
        AttemptOutcome improved = new AttemptOutcome(Kind.REFUSED, ErrorCode.NOT_RESPONSIBLE, false, true, 0);

        assertThat(RetryPolicy.afterAttempt(WRITE, improved)).isEqualTo(new Again(Where.BELIEVED, 0, false, false));
    }

    @Test
    void pausesGrowOnceEveryReplicaWasTried() {
        long[] expected = {10, 20, 40, 80, 160, 200, 200};
        for (int attempts = 1; attempts <= expected.length; attempts++) {
            OperationFacts facts = new OperationFacts(false, false, false, attempts, 0, 0, 5_000, true, false);

            assertThat(RetryPolicy.afterAttempt(facts, refused(ErrorCode.NOT_LEADER)))
                    .isEqualTo(new Again(Where.OTHER, expected[attempts - 1], false, true));
        }
    }

    @Test
    void staysAwayAsLongAsTheServerAsks() {
        AttemptOutcome busy = new AttemptOutcome(Kind.REFUSED, ErrorCode.OVERLOADED, false, false, 300);

        assertThat(RetryPolicy.afterAttempt(READ, busy)).isEqualTo(new Again(Where.SAME, 300, false, true));
    }

    @Test
    void withoutBudgetARetryWaitsAndIsGivenUpIfThatIsTooLate() {
        OperationFacts poor = new OperationFacts(false, false, false, 1, 0, 2, 5_000, false, false);
        OperationFacts poorAndLate = new OperationFacts(false, false, false, 1, 0, 2, 400, false, false);

        assertThat(RetryPolicy.afterAttempt(poor, refused(ErrorCode.NOT_LEADER)))
                .isEqualTo(new Again(Where.OTHER, RetryPolicy.NO_BUDGET_PAUSE_MILLIS, false, true));
        assertThat(RetryPolicy.afterAttempt(poorAndLate, refused(ErrorCode.NOT_LEADER)))
                .isEqualTo(new GiveUp(ErrorCode.RETRY_BUDGET_EXHAUSTED));
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_LEADER, NO_LEADER",
        "LEADER_NOT_READY, NO_LEADER",
        "CONNECTION_LOST, UNAVAILABLE",
        "UNKNOWN_SHARD, UNAVAILABLE",
        "SHARD_QUEUE_FULL, SHARD_QUEUE_FULL",
        "NOT_PLACED, NOT_PLACED"
    })
    void whenTimeIsOverTheCallerLearnsWhyNothingWasApplied(ErrorCode last, ErrorCode told) {
        OperationFacts late = new OperationFacts(true, false, false, 5, 0, 0, 3, true, false);

        assertThat(RetryPolicy.afterAttempt(late, refused(last))).isEqualTo(new GiveUp(told));
        assertThat(RetryPolicy.afterDeadline(false, last)).isEqualTo(told);
    }

    @Test
    void aWriteInDoubtIsSentAgainElsewhereAndResolvedWhenTimeIsShort() {
        AttemptOutcome lost = AttemptOutcome.unanswered(true);
        OperationFacts late = new OperationFacts(true, false, false, 3, 0, 0, 5, true, false);

        assertThat(RetryPolicy.afterAttempt(WRITE, lost)).isEqualTo(new Again(Where.OTHER, 0, false, true));
        assertThat(RetryPolicy.afterAttempt(late, lost)).isEqualTo(Resolve.INSTANCE);
    }

    @Test
    void aWriteInDoubtNeverGetsANewSession() {
        assertThat(RetryPolicy.afterAttempt(DOUBTFUL, refused(ErrorCode.SESSION_EXPIRED)))
                .isEqualTo(new GiveUp(ErrorCode.SESSION_LOST));
        assertThat(RetryPolicy.afterAttempt(DOUBTFUL, refused(ErrorCode.STALE_INCARNATION)))
                .isEqualTo(new GiveUp(ErrorCode.SESSION_LOST));
        assertThat(RetryPolicy.afterAttempt(RESOLVING, refused(ErrorCode.SESSION_EXPIRED)))
                .isEqualTo(new GiveUp(ErrorCode.SESSION_LOST));
    }

    @Test
    void aRefusalDoesNotHideThatAnEarlierAttemptIsInDoubt() {
        assertThat(RetryPolicy.afterAttempt(DOUBTFUL, refused(ErrorCode.DISK_FULL)))
                .isEqualTo(Resolve.INSTANCE);
        assertThat(RetryPolicy.afterAttempt(RESOLVING, refused(ErrorCode.DISK_FULL)))
                .isEqualTo(new GiveUp(ErrorCode.OUTCOME_UNKNOWN));
    }

    @Test
    void abandonedIsAFactHoweverDoubtfulTheWriteWas() {
        assertThat(RetryPolicy.afterAttempt(RESOLVING, refused(ErrorCode.ABANDONED)))
                .isEqualTo(new GiveUp(ErrorCode.ABANDONED));
    }

    /** The rule of PROTOCOLS 4.6, for everything that can come together. */
    @Test
    void neverSaysNotAppliedOfAWriteInDoubtUnlessTheShardSaidSo() {
        Random random = new Random(17);
        ErrorCode[] codes = ErrorCode.values();
        for (int i = 0; i < 50_000; i++) {
            boolean write = random.nextBoolean();
            boolean doubtful = write && random.nextBoolean();
            OperationFacts facts = new OperationFacts(
                    write,
                    doubtful,
                    doubtful && random.nextBoolean(),
                    1 + random.nextInt(20),
                    random.nextInt(3),
                    random.nextInt(4),
                    random.nextInt(3) * 200L,
                    random.nextBoolean(),
                    random.nextBoolean());
            ErrorCode code = codes[random.nextInt(codes.length)];
            AttemptOutcome outcome = AttemptOutcome.ofReply(
                    write, code, random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextInt(9));

            RetryDecision decision = RetryPolicy.afterAttempt(facts, outcome);

            boolean inDoubt = doubtful || outcome.kind() == Kind.IN_DOUBT;
            if (decision instanceof GiveUp failure && code != ErrorCode.ABANDONED) {
                boolean unknown = failure.code().family() == ErrorFamily.OUTCOME_UNKNOWN;
                assertThat(unknown || !inDoubt)
                        .as("case %d: %s after %s", i, facts, outcome)
                        .isTrue();
            }
            if (decision instanceof Again again) {
                assertThat(again.delayMillis()).as("case %d", i).isLessThan(facts.remainingMillis());
            }
            if (decision == Reopen.INSTANCE) {
                assertThat(inDoubt).as("case %d", i).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aReadLeavesNothingInDoubt(ErrorCode code) {
        AttemptOutcome outcome = AttemptOutcome.ofReply(false, code, false, false, false, 0);

        assertThat(outcome.kind()).isNotEqualTo(Kind.IN_DOUBT);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void whatWasNotProposedIsNotInDoubtAndUnknownEffectsAre(ErrorCode code) {
        assertThat(AttemptOutcome.ofReply(true, code, true, false, false, 0).kind())
                .isNotEqualTo(Kind.IN_DOUBT);
        if (code.effect() == Effect.UNKNOWN) {
            assertThat(AttemptOutcome.ofReply(true, code, false, false, false, 0)
                            .kind())
                    .isEqualTo(Kind.IN_DOUBT);
        }
    }

    private static AttemptOutcome refused(ErrorCode code) {
        return AttemptOutcome.ofReply(true, code, true, false, false, 0);
    }

    @ParameterizedTest
    @CsvSource({"NOT_LEADER", "CONNECTION_LOST", "UNAVAILABLE", "QUORUM_LOST", "UNKNOWN_SHARD", "READ_NOT_CONFIRMED"})
    void saysAtOnceThatTheQuorumIsLostWhenNobodyIsLeftToAsk(ErrorCode code) {
        OperationFacts hopeless = new OperationFacts(true, false, false, 1, 0, 0, 4_000, true, true);

        assertThat(RetryPolicy.afterAttempt(hopeless, refused(code))).isEqualTo(new GiveUp(ErrorCode.QUORUM_LOST));
    }

    @Test
    void asksEveryReplicaThatIsUpAndFollowsEveryHintBeforeItCallsAShardHopeless() {
        OperationFacts untried = new OperationFacts(true, false, false, 1, 0, 1, 4_000, true, true);
        OperationFacts none = new OperationFacts(true, false, false, 1, 0, 0, 4_000, true, true);
        AttemptOutcome named = new AttemptOutcome(Kind.REFUSED, ErrorCode.NOT_LEADER, true, false, 0);
        AttemptOutcome improved = new AttemptOutcome(Kind.REFUSED, ErrorCode.UNKNOWN_SHARD, false, true, 0);

        assertThat(RetryPolicy.afterAttempt(untried, refused(ErrorCode.NOT_LEADER)))
                .isInstanceOf(Again.class);
        assertThat(RetryPolicy.afterAttempt(none, named)).isInstanceOf(Again.class);
        assertThat(RetryPolicy.afterAttempt(none, improved)).isInstanceOf(Again.class);
    }

    /** Feared: a write that an old leader still has in its log, and may commit later, is reported as not applied. */
    @Test
    void neverCallsADoubtfulWriteNotAppliedBecauseTheQuorumIsLost() {
        OperationFacts doubtful = new OperationFacts(true, true, false, 2, 0, 0, 4_000, true, true);
        OperationFacts fresh = new OperationFacts(true, false, false, 1, 0, 0, 4_000, true, true);

        for (ErrorCode code : ErrorCode.values()) {
            assertThat(RetryPolicy.afterAttempt(doubtful, refused(code)))
                    .as("%s", code)
                    .isNotEqualTo(new GiveUp(ErrorCode.QUORUM_LOST));
            AttemptOutcome inDoubt = new AttemptOutcome(Kind.IN_DOUBT, code, false, false, 0);
            assertThat(RetryPolicy.afterAttempt(fresh, inDoubt))
                    .as("%s", code)
                    .isNotEqualTo(new GiveUp(ErrorCode.QUORUM_LOST));
        }
    }
}
