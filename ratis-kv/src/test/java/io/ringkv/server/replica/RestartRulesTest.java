package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartRulesTest {
    @ParameterizedTest
    @CsvSource({
        "PREPARED, NOTHING, false, NOTHING",
        "PREPARED, NO_TERM_AND_VOTE, false, DISCARD",
        "PREPARED, COMPLETE, false, DISCARD",
        "PREPARED, COMPLETE, true, DISCARD",
        "MEMBER, COMPLETE, false, OPEN",
        "MEMBER, COMPLETE, true, RAISE_TERM_AND_OPEN",
        "MEMBER, NOTHING, false, LOSE",
        "MEMBER, NOTHING, true, LOSE",
        "MEMBER, NO_TERM_AND_VOTE, false, LOSE",
        "MEMBER, NO_TERM_AND_VOTE, true, LOSE",
        "REMOVED, NOTHING, false, NOTHING",
        "REMOVED, COMPLETE, false, DISCARD",
        "REMOVED, NO_TERM_AND_VOTE, true, DISCARD",
        "LOST, NOTHING, true, NOTHING",
        "LOST, COMPLETE, false, SET_ASIDE",
        "LOST, NO_TERM_AND_VOTE, false, SET_ASIDE",
        "JOINING, COMPLETE, false, OPEN",
        "JOINING, COMPLETE, true, LOSE",
        "JOINING, NOTHING, false, LOSE",
        "JOINING, NO_TERM_AND_VOTE, false, LOSE",
        "JOINING, NOTHING, true, LOSE",
    })
    void decides(LedgerEntry.State state, RestartRules.Found found, boolean disorder, RestartRules.Action action) {
        assertThat(RestartRules.decide(state, found, disorder)).isEqualTo(action);
    }

    @Test
    void setsAsideWhatTheLedgerDoesNotKnow() {
        assertThat(RestartRules.orphan(RestartRules.Found.COMPLETE)).isEqualTo(RestartRules.Action.SET_ASIDE);
        assertThat(RestartRules.orphan(RestartRules.Found.NOTHING)).isEqualTo(RestartRules.Action.NOTHING);
    }

    @ParameterizedTest
    @CsvSource({
        // Same run of the host: a kill of the process loses nothing that was written.
        "boot-1, false, boot-1, false",
        "boot-1, true, boot-1, false",
        // Another run: fine only if all was forced before.
        "boot-1, true, boot-2, false",
        "boot-1, false, boot-2, true",
        // Not known whether it is the same run.
        "'', false, boot-1, true",
        "boot-1, false, '', true",
        "'', false, '', true",
        "'', true, '', false",
    })
    void knowsWhetherTheHostStoppedInDisorder(String before, boolean inOrder, String now, boolean disorder) {
        Ledger ledger = new Ledger(0, before, inOrder, new TreeMap<>());
        assertThat(ledger.hostStoppedInDisorder(now)).isEqualTo(disorder);
    }

    @ParameterizedTest
    @CsvSource({
        // Voters; the leader; whom it sends its log.
        "1,       1, '',    true",
        "1 2 3,   1, 2 3,   true",
        "1 2 3,   1, 2 3 4, true",
        "1 2 3,   1, 3,     false",
        "1 2 3,   1, '',    false",
        "1 2 3 4, 2, 1 3,   false",
    })
    void knowsWhetherALeaderHasForgottenAVoter(String voters, long self, String followers, boolean all) {
        assertThat(SupervisorRules.sendsToAll(ids(voters), self, ids(followers)))
                .isEqualTo(all);
    }

    private static Set<Long> ids(String text) {
        return Stream.of(text.split(" ", -1))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "100, " + SupervisorRules.NEVER + ", RESTORE",
        "101, 100, RESTORE",
        "100, 100, QUARANTINE",
        "99, 100, QUARANTINE",
    })
    void restoresADivisionUnlessItClosesAgainAtTheSameIndex(long closedAt, long before, SupervisorRules.Action action) {
        assertThat(SupervisorRules.onClosed(closedAt, before)).isEqualTo(action);
    }
}
