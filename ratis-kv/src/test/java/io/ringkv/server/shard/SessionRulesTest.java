package io.ringkv.server.shard;

import static io.ringkv.server.shard.ShardFixture.cas;
import static io.ringkv.server.shard.ShardFixture.delete;
import static io.ringkv.server.shard.ShardFixture.expire;
import static io.ringkv.server.shard.ShardFixture.increment;
import static io.ringkv.server.shard.ShardFixture.open;
import static io.ringkv.server.shard.ShardFixture.put;
import static io.ringkv.server.shard.ShardFixture.resolve;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.CloseOp;
import io.ringkv.server.log.LogOperationType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exactly-once writes, rule by rule. Feared: a write applied twice, or an applied write called refused. */
class SessionRulesTest {

    private final ShardFixture shard = ShardFixture.created();

    @Test
    void sessionIdIsTheRevisionConsumedByOpening() {
        shard.opening(1, 1, put("a", "1")).apply();

        long session = shard.openSession(2, 1000);

        assertThat(session).isEqualTo(3);
        assertThat(shard.meta().revision()).isEqualTo(3);
    }

    @Test
    void openIsIdempotentWhileTheSessionLives() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.openSession(1, 1000)).isEqualTo(session);
        assertThat(shard.opening(1, 1, put("a", "1")).applyOne().session()).isEqualTo(session);
        assertThat(shard.state().sessions().size()).isEqualTo(1);
        assertThat(shard.meta().revision()).isEqualTo(session + 1);
    }

    @Test
    void openingAgainNeverShortensTheIdleTime() {
        long session = shard.openSession(1, 50_000);
        shard.openSession(1, 1_000);
        shard.at(40_000).control(LogOperationType.EXPIRE, expire(session)).apply();

        assertThat(shard.openSession(1, 1_000)).isEqualTo(session);
    }

    @Test
    void openAndFirstWriteShareAnEntry() {
        OperationOutcome outcome = shard.opening(1, 1, put("a", "1")).applyOne();

        assertThat(outcome.code()).isEqualTo(ErrorCode.OK);
        assertThat(outcome.session()).isEqualTo(1);
        assertThat(outcome.revision()).isEqualTo(2);
        assertThat(shard.value("a")).isEqualTo("1");
    }

    @Test
    void lateCopyOfTheOpeningWriteIsADuplicate() {
        shard.opening(1, 1, increment("n", 5)).apply();

        OperationOutcome copy = shard.opening(1, 1, increment("n", 5)).applyOne();

        assertThat(copy.duplicate()).isTrue();
        assertThat(copy.number()).isEqualTo(5);
        assertThat(shard.value("n")).isEqualTo("5");
    }

    @Test
    void unknownSessionIsExpiredAndChangesNothing() {
        Digest before = shard.state().digest();

        List<OperationOutcome> outcomes = shard.in(99, 1, put("a", "1"))
                .in(99, 0, resolve(1))
                .in(99, 0, CloseOp.getDefaultInstance())
                .apply();

        assertThat(outcomes).extracting(OperationOutcome::code).containsOnly(ErrorCode.SESSION_EXPIRED);
        assertThat(shard.state().digest()).isEqualTo(before);
    }

    @Test
    void theFloorRisesAndDropsResultsBelow() {
        long session = shard.openSession(1, 1000);
        shard.in(session, 1, put("a", "1")).in(session, 2, put("a", "2")).apply();
        assertThat(results(session)).isEqualTo(2);

        shard.in(session, 3, 2, put("a", "3")).apply();

        assertThat(results(session)).isEqualTo(2);
        assertThat(shard.session(session).result(1)).isNull();
        assertThat(shard.session(session).floor()).isEqualTo(2);
    }

    @Test
    void theFloorNeverFalls() {
        long session = shard.openSession(1, 1000);
        shard.in(session, 7, 5, put("a", "1")).apply();

        assertThat(shard.in(session, 4, 1, put("a", "late")).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(shard.session(session).floor()).isEqualTo(5);
    }

    @Test
    void sequenceBelowTheFloorIsAbandoned() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, 3, 4, put("a", "1")).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(shard.in(session, 0, 1, put("a", "1")).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(shard.in(session, -1, 1, put("a", "1")).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(shard.value("a")).isEqualTo("absent");
    }

    @Test
    void storedResultIsReturnedInsteadOfApplyingAgain() {
        long session = shard.openSession(1, 1000);
        OperationOutcome first = shard.in(session, 1, increment("n", 1)).applyOne();

        OperationOutcome second = shard.in(session, 1, increment("n", 1)).applyOne();

        assertThat(second)
                .isEqualTo(new OperationOutcome(
                        first.code(), first.revision(), first.number(), first.failedIndex(), null, session, true));
        assertThat(shard.value("n")).isEqualTo("1");
    }

    @Test
    void duplicatesInsideOneEntryAreRecognised() {
        long session = shard.openSession(1, 1000);

        List<OperationOutcome> outcomes = shard.in(session, 1, increment("n", 1))
                .in(session, 1, increment("n", 1))
                .apply();

        assertThat(outcomes).extracting(OperationOutcome::duplicate).containsExactly(false, true);
        assertThat(shard.value("n")).isEqualTo("1");
    }

    @Test
    void refusedConditionIsStoredToo() {
        long session = shard.openSession(1, 1000);
        shard.in(session, 1, put("a", "1")).apply();
        shard.in(session, 2, cas("a").setExpectedAbsent(true).setDelete(true).build())
                .apply();
        shard.in(session, 3, delete("a")).apply();

        OperationOutcome copy = shard.in(
                        session,
                        2,
                        cas("a").setExpectedAbsent(true).setDelete(true).build())
                .applyOne();

        assertThat(copy.code()).isEqualTo(ErrorCode.KEY_EXISTS);
        assertThat(copy.duplicate()).isTrue();
        assertThat(copy.revision()).isEqualTo(2);
        assertThat(copy.current()).as("values are never stored").isNull();
    }

    @Test
    void malformedBodyIsARefusalAndStored() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, 1, 1, LogOperationType.PUT, new byte[] {-1})
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.in(session, 1, put("a", "1")).applyOne())
                .matches(OperationOutcome::duplicate)
                .matches(outcome -> outcome.code() == ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void theWindowIsExactly1024Wide() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, 1024, 1, put("a", "1")).applyOne().code()).isEqualTo(ErrorCode.OK);
        assertThat(shard.in(session, 1025, 1, put("a", "2")).applyOne().code())
                .isEqualTo(ErrorCode.SEQUENCE_OUT_OF_WINDOW);
        assertThat(shard.in(session, 1025, 2, put("a", "3")).applyOne().code()).isEqualTo(ErrorCode.OK);
        assertThat(shard.in(session, Long.MAX_VALUE, 2, put("a", "4"))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.SEQUENCE_OUT_OF_WINDOW);
        assertThat(shard.value("a")).isEqualTo("3");
    }

    @Test
    void theGreatestFloorDoesNotOverflowTheWindow() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, Long.MAX_VALUE, Long.MAX_VALUE, put("a", "1"))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.OK);
        assertThat(shard.in(session, Long.MAX_VALUE, 1, put("a", "2"))
                        .applyOne()
                        .duplicate())
                .isTrue();
    }

    @Test
    void outsideTheRangeIsNotStored() {
        Token token = KeyHash.token(ShardFixture.utf8("inside"));
        ShardFixture narrow =
                ShardFixture.created(new TokenRange(new Token(token.bits() - 1), token), IntentLookup.NONE);
        long session = narrow.openSession(1, 1000);

        OperationOutcome outcome = narrow.in(session, 1, put("outside", "1")).applyOne();

        assertThat(outcome.code()).isEqualTo(ErrorCode.NOT_RESPONSIBLE);
        assertThat(narrow.session(session).resultCount()).isZero();
        assertThat(narrow.in(session, 1, put("inside", "1")).applyOne().code()).isEqualTo(ErrorCode.OK);
    }

    @Test
    void deduplicationPrecedesTheRange() {
        Token token = KeyHash.token(ShardFixture.utf8("inside"));
        ShardFixture narrow =
                ShardFixture.created(new TokenRange(new Token(token.bits() - 1), token), IntentLookup.NONE);
        long session = narrow.openSession(1, 1000);
        narrow.in(session, 1, put("inside", "1")).apply();

        OperationOutcome copy = narrow.in(session, 1, put("outside", "1")).applyOne();

        assertThat(copy.code()).isEqualTo(ErrorCode.OK);
        assertThat(copy.duplicate()).isTrue();
    }

    @Test
    void lockedIsNotStored() {
        boolean[] locked = {true};
        ShardFixture transactional = ShardFixture.created(TokenRange.fullCircle(), key -> locked[0]);
        long session = transactional.openSession(1, 1000);

        assertThat(transactional.in(session, 1, put("a", "1")).applyOne().code())
                .isEqualTo(ErrorCode.LOCKED);
        locked[0] = false;
        assertThat(transactional.in(session, 1, put("a", "1")).applyOne().code())
                .isEqualTo(ErrorCode.OK);
    }

    @Test
    void refusalsByTheTableChangeNoDataButCountAsUse() {
        long session = shard.openSession(1, 1_000);
        shard.at(900).in(session, 5000, put("a", "1")).apply();
        shard.at(1_800).control(LogOperationType.EXPIRE, expire(session)).apply();

        assertThat(shard.state().sessions().find(session)).isNotNull();
        assertThat(shard.records()).isEmpty();
    }

    @Test
    void resolveReturnsTheStoredResult() {
        long session = shard.openSession(1, 1000);
        shard.in(session, 1, increment("n", 42)).apply();

        OperationOutcome outcome = shard.in(session, 0, resolve(1)).applyOne();

        assertThat(outcome.code()).isEqualTo(ErrorCode.OK);
        assertThat(outcome.number()).isEqualTo(42);
        assertThat(outcome.duplicate()).isTrue();
    }

    @Test
    void resolvedRequestCanNeverExecute() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, 0, resolve(1)).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        OperationOutcome late = shard.in(session, 1, put("a", "late")).applyOne();

        assertThat(late.code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(late.duplicate()).isTrue();
        assertThat(shard.value("a")).isEqualTo("absent");
    }

    @Test
    void resolveRespectsFloorAndWindow() {
        long session = shard.openSession(1, 1000);

        assertThat(shard.in(session, 0, 10, resolve(9)).applyOne().code()).isEqualTo(ErrorCode.ABANDONED);
        assertThat(shard.in(session, 0, 10, resolve(10 + 1024)).applyOne().code())
                .isEqualTo(ErrorCode.SEQUENCE_OUT_OF_WINDOW);
        assertThat(results(session)).isZero();
    }

    @Test
    void closedSessionIsUnknown() {
        long session = shard.openSession(1, 1000);
        shard.in(session, 1, put("a", "1")).apply();
        shard.in(session, 0, CloseOp.getDefaultInstance()).apply();

        assertThat(shard.in(session, 2, put("a", "2")).applyOne().code()).isEqualTo(ErrorCode.SESSION_EXPIRED);
        assertThat(shard.openSession(1, 1000)).as("a new session").isGreaterThan(session);
        assertThat(shard.state().sessions().bytes()).isEqualTo(SessionTable.SESSION_BYTES);
    }

    @Test
    void expireForgetsOnlySessionsStillIdleBeyondTheirLimit() {
        long idle = shard.at(0).openSession(1, 1_000);
        long used = shard.openSession(2, 1_000);
        long patient = shard.openSession(3, 5_000);
        shard.at(900).in(used, 1, put("a", "1")).apply();

        OperationOutcome outcome = shard.at(1_001)
                .control(LogOperationType.EXPIRE, expire(idle, used, patient, 99L))
                .applyOne();

        assertThat(outcome.number()).isEqualTo(1);
        assertThat(shard.state().sessions().find(idle)).isNull();
        assertThat(shard.state().sessions().find(used)).isNotNull();
        assertThat(shard.state().sessions().find(patient)).isNotNull();
    }

    @Test
    void sessionAtItsLimitIsNotIdleYet() {
        long session = shard.at(0).openSession(1, 1_000);
        shard.at(1_000).control(LogOperationType.EXPIRE, expire(session)).apply();
        assertThat(shard.state().sessions().find(session)).isNotNull();
        assertThat(shard.state().sessions().idle(1_000, 9)).isEmpty();
        assertThat(shard.state().sessions().idle(1_001, 9)).containsExactly(session);
    }

    @Test
    void expireOfMoreThan64SessionsIsRefused() {
        Long[] sessions = new Long[65];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = shard.at(0).openSession(i + 1, 1);
        }
        assertThat(shard.at(10_000)
                        .control(LogOperationType.EXPIRE, expire(sessions))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.state().sessions().size()).isEqualTo(65);
    }

    @Test
    void onlyShardTimeExpiresAndItNeverFalls() {
        long session = shard.at(5_000).openSession(1, 1_000);
        shard.at(10).in(session, 1, put("a", "1")).apply();

        assertThat(shard.meta().shardTimeMillis()).isEqualTo(5_000);
        assertThat(shard.session(session).lastUsedMillis()).isEqualTo(5_000);
    }

    @Test
    void idleTimeHasADefaultAndACap() {
        assertThat(SessionTable.grantedIdle(0)).isEqualTo(SessionTable.DEFAULT_IDLE_MILLIS);
        assertThat(SessionTable.grantedIdle(-1)).isEqualTo(SessionTable.DEFAULT_IDLE_MILLIS);
        assertThat(SessionTable.grantedIdle(77)).isEqualTo(77);
        assertThat(SessionTable.grantedIdle(Long.MAX_VALUE)).isEqualTo(SessionTable.MAX_IDLE_MILLIS);
    }

    @Test
    void openWithoutProperClientIdIsRefused() {
        assertThat(shard.control(LogOperationType.OPEN, open(0, 1)).applyOne().code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.raw(LogOperationType.OPEN, new byte[] {10, 1, 1})
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.opening(0, 1, put("a", "1")).applyOne().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.meta().revision()).isZero();
    }

    @Test
    void bytesCountSessionsAndResults() {
        long session = shard.openSession(1, 1000);
        for (int i = 1; i <= 10; i++) {
            shard.in(session, i, put("a", "1")).apply();
        }
        assertThat(shard.state().sessions().bytes())
                .isEqualTo(SessionTable.SESSION_BYTES + 10 * SessionTable.RESULT_BYTES);

        shard.in(session, 11, 9, put("a", "1")).apply();

        assertThat(shard.state().sessions().bytes())
                .isEqualTo(SessionTable.SESSION_BYTES + 3 * SessionTable.RESULT_BYTES);
    }

    private int results(long session) {
        return shard.session(session).resultCount();
    }
}
