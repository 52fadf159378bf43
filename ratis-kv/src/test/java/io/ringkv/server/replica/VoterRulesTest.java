package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.replica.VoterRules.Change;
import io.ringkv.server.replica.VoterRules.Situation;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoterRulesTest {
    private static final long EPOCH = 7;
    private static final long OPERATION = 12;

    private static Set<Long> ids(String text) {
        return Stream.of(text.split(" ", -1))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toSet());
    }

    /** Server 1 leads; all answer. */
    private static Situation leading(String voters) {
        return new Situation(true, 1, EPOCH, OPERATION, ids(voters), false, 0, ids(voters));
    }

    private static Change add(long voter, String expected) {
        return new Change(true, voter, ids(expected), EPOCH, OPERATION);
    }

    private static Change remove(long voter, String expected) {
        return new Change(false, voter, ids(expected), EPOCH, OPERATION);
    }

    private static Verdict.Kind kind(Situation now, Change change) {
        return VoterRules.change(now, change).kind();
    }

    @ParameterizedTest
    @CsvSource({
        // Present voters; who is to be added; expected voters.
        "1 2 3,   4, 1 2 3,   OBEY",
        "1,       2, 1,       OBEY",
        "1 2 3 4, 4, 1 2 3,   DONE",
        "1 2 3 4, 5, 1 2 3,   REFUSE",
        "1 2,     4, 1 2 3,   REFUSE",
        "1 2 5,   4, 1 2 3,   REFUSE",
        "1 2 3,   3, 1 2 3,   REFUSE",
        "1 2 3,   0, 1 2 3,   REFUSE",
        "1 2 3,   4, '',      REFUSE",
    })
    void addsOnlyToTheVotersThatAreExpected(String voters, long voter, String expected, Verdict.Kind kind) {
        assertThat(kind(leading(voters), add(voter, expected))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "1 2 3 4, 4, 1 2 3 4, OBEY",
        "1 2,     2, 1 2,     OBEY",
        "1 2 3,   4, 1 2 3 4, DONE",
        "1 2 3,   3, 1 2 3 4, REFUSE",
        "1 2 3 4, 5, 1 2 3 4, REFUSE",
        "1 2 3 4, 0, 1 2 3 4, REFUSE",
        // Itself.
        "1 2 3 4, 1, 1 2 3 4, REFUSE",
        "1,       1, 1,       REFUSE",
    })
    void removesOnlyFromTheVotersThatAreExpectedAndNeverTheLeader(
            String voters, long voter, String expected, Verdict.Kind kind) {
        assertThat(kind(leading(voters), remove(voter, expected))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        // Applied fence: epoch, operation.
        "7, 12, OBEY",
        "6, 12, REFUSE",
        "6, 11, REFUSE",
        // Of the same epoch only one fence can ever be applied.
        "7, 11, STALE",
        "8, 12, STALE",
        "8, 13, STALE",
    })
    void changesVotersOnlyUnderTheVeryFenceItNames(long epoch, long operation, Verdict.Kind kind) {
        Situation now = new Situation(true, 1, epoch, operation, ids("1 2 3"), false, 0, ids("1 2 3"));
        assertThat(kind(now, add(4, "1 2 3"))).isEqualTo(kind);
        assertThat(kind(now, remove(3, "1 2 3"))).isEqualTo(kind);
        Situation staged = new Situation(true, 1, epoch, operation, ids("1 2 3"), false, 4, ids("1 2 3"));
        assertThat(VoterRules.endStaging(staged, EPOCH, OPERATION).kind()).isEqualTo(kind);
    }

    @Test
    void leavesEverythingToWhoeverLeads() {
        Situation follower = new Situation(false, 0, 0, 0, Set.of(), false, 0, Set.of());
        assertThat(kind(follower, add(4, "1 2 3"))).isEqualTo(Verdict.Kind.WAIT);
        assertThat(kind(follower, remove(3, "1 2 3"))).isEqualTo(Verdict.Kind.WAIT);
        assertThat(VoterRules.fence(follower, EPOCH, OPERATION).kind()).isEqualTo(Verdict.Kind.WAIT);
        assertThat(VoterRules.endStaging(follower, EPOCH, OPERATION).kind()).isEqualTo(Verdict.Kind.WAIT);
    }

    @Test
    void changesOneVoterAfterTheOther() {
        Situation staged = new Situation(true, 1, EPOCH, OPERATION, ids("1 2 3"), false, 4, ids("1 2 3"));
        assertThat(kind(staged, add(4, "1 2 3"))).isEqualTo(Verdict.Kind.WAIT);
        assertThat(kind(staged, add(5, "1 2 3"))).isEqualTo(Verdict.Kind.REFUSE);
        assertThat(kind(staged, remove(3, "1 2 3"))).isEqualTo(Verdict.Kind.REFUSE);
        Situation changing = new Situation(true, 1, EPOCH, OPERATION, ids("1 2 3 4"), true, 0, ids("1 2 3"));
        assertThat(kind(changing, add(4, "1 2 3"))).isEqualTo(Verdict.Kind.WAIT);
        assertThat(kind(changing, remove(3, "1 2 3 4"))).isEqualTo(Verdict.Kind.WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        // Voters; who goes; who answers.
        "1 2 3,     3, 1 2,   OBEY",
        "1 2 3,     3, 1 3,   REFUSE",
        "1 2 3,     3, 1,     REFUSE",
        "1 2 3 4,   4, 1 2,   OBEY",
        "1 2 3 4,   4, 1 4,   REFUSE",
        "1 2 3 4 5, 5, 1 2 3, OBEY",
        "1 2 3 4 5, 5, 1 2 5, REFUSE",
        "1 2,       2, 1,     OBEY",
    })
    void removesOnlyWhenAMajorityOfTheRestAnswers(String voters, long voter, String answering, Verdict.Kind kind) {
        Situation now = new Situation(true, 1, EPOCH, OPERATION, ids(voters), false, 0, ids(answering));
        assertThat(kind(now, remove(voter, voters))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        // Applied fence; that of the instruction.
        "6, 11, 7, 12, OBEY",
        "1, 0,  7, 12, OBEY",
        "7, 12, 7, 12, DONE",
        "7, 11, 7, 12, STALE",
        "8, 13, 7, 12, STALE",
    })
    void fencesOnlyUpwards(long epoch, long operation, long newEpoch, long newOperation, Verdict.Kind kind) {
        Situation now = new Situation(true, 1, epoch, operation, ids("1 2 3"), false, 0, ids("1 2 3"));
        assertThat(VoterRules.fence(now, newEpoch, newOperation).kind()).isEqualTo(kind);
    }

    @Test
    void endsStagingOnlyWhereThereIsAny() {
        assertThat(VoterRules.endStaging(leading("1 2 3"), EPOCH, OPERATION).kind())
                .isEqualTo(Verdict.Kind.DONE);
    }

    @Test
    void neverLeavesAShardWithoutVotersOrChangesTwo() {
        // By construction of a change; this guards the construction.
        for (String expected : new String[] {"1", "1 2", "1 2 3", "1 2 3 4"}) {
            for (long voter = 0; voter <= 5; voter++) {
                for (boolean addition : new boolean[] {true, false}) {
                    Change change = new Change(addition, voter, ids(expected), EPOCH, OPERATION);
                    if (kind(leading(expected), change) == Verdict.Kind.OBEY) {
                        Set<Long> wanted = change.wanted();
                        assertThat(wanted).contains(1L);
                        assertThat(Math.abs(wanted.size() - change.expected().size()))
                                .isEqualTo(1);
                    }
                }
            }
        }
    }
}
