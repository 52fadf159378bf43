package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.LogPosition;
import io.ringkv.server.replica.LedgerEntry.State;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldingRulesTest {
    @ParameterizedTest
    @CsvSource({
        // Known as, at epoch; epoch and term floor of the instruction.
        "        , 0, 5, 3, OBEY",
        "        , 0, 5, 0, REFUSE",
        // Interrupted before it was opened: made anew, also by the same instruction.
        "PREPARED, 5, 5, 3, OBEY",
        "PREPARED, 5, 6, 3, OBEY",
        "PREPARED, 5, 4, 3, STALE",
        // Opened: it must not be made blank, whatever the epoch.
        "JOINING,  5, 5, 3, DONE",
        "JOINING,  5, 6, 3, DONE",
        "JOINING,  5, 4, 3, STALE",
        // A voter by now: a late copy; or data of before that must be cleaned first.
        "MEMBER,   5, 5, 3, DONE",
        "MEMBER,   5, 6, 3, REFUSE",
        "MEMBER,   5, 4, 3, STALE",
        // What is gone comes back by a higher epoch only.
        "REMOVED,  5, 5, 3, STALE",
        "REMOVED,  5, 6, 3, OBEY",
        "REMOVED,  5, 4, 3, STALE",
        "LOST,     5, 5, 3, STALE",
        "LOST,     5, 6, 3, OBEY",
        "LOST,     5, 6, 0, REFUSE",
    })
    void preparesNothingThatMayHaveAcknowledgedAnything(
            @Nullable State known, long knownEpoch, long epoch, long floor, Verdict.Kind kind) {
        assertThat(HoldingRules.prepare(known, knownEpoch, epoch, floor).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        // Known as, at epoch; epoch; voters; term and index of the named configuration; of the newest the replica
        // knows.
        "MEMBER,   5, 6, 2 3,   7 100, 7 100, OBEY",
        "MEMBER,   5, 6, 2 3,   7 100, 7  99, OBEY",
        "MEMBER,   5, 6, 2 3,   7 100, 0  -1, OBEY",
        "MEMBER,   5, 6, 2 3,   7 100, 7 101, REFUSE",
        "MEMBER,   5, 6, 1 2 3, 7 100, 7 100, REFUSE",
        "MEMBER,   5, 6, '',    7 100, 7 100, REFUSE",
        "MEMBER,   5, 5, 2 3,   7 100, 7 100, STALE",
        "MEMBER,   5, 4, 2 3,   7 100, 7 100, STALE",
        // The end of its log was never committed: a later leader stands where it ends.
        "MEMBER,   5, 6, 2 3,   7 100, 6 101, OBEY",
        "MEMBER,   5, 6, 2 3,   7 100, 8 101, REFUSE",
        "MEMBER,   5, 6, 2 3,   7 100, 8  99, REFUSE",
        // A term that is not known.
        "MEMBER,   5, 6, 2 3,   7 100, 0 101, REFUSE",
        "MEMBER,   5, 6, 2 3,   0 100, 7 101, REFUSE",
        "MEMBER,   5, 6, 2 3,   0 100, 7 100, OBEY",
        "JOINING,  5, 6, 2 3,   7 100, 7 100, OBEY",
        "JOINING,  5, 6, 2 3,   7 100, 7 101, REFUSE",
        "JOINING,  5, 6, 2 3,   7 100, 6 101, OBEY",
        "JOINING,  5, 5, 2 3,   7 100, 7 100, STALE",
        "JOINING,  5, 6, 1 2 3, 7 100, 7 100, REFUSE",
        // There is no replica that could know more.
        "PREPARED, 5, 6, 2 3,   7 100, 7 101, OBEY",
        "PREPARED, 5, 5, 2 3,   7 100, 7 100, STALE",
        "LOST,     5, 6, 2 3,   7 100, 7 101, OBEY",
        "LOST,     5, 6, 1 2 3, 7 100, 7 100, REFUSE",
        "LOST,     5, 5, 2 3,   7 100, 7 100, STALE",
        "REMOVED,  5, 5, 2 3,   7 100, 7 100, DONE",
        "REMOVED,  5, 4, '',    0   0, 7 100, DONE",
    })
    void cleansOnlyWhatACommittedConfigurationExcludes(
            State known, long knownEpoch, long epoch, String voters, String named, String newest, Verdict.Kind kind) {
        List<Long> namedVoters = voters.isEmpty()
                ? List.of()
                : List.of(voters.split(" ")).stream().map(Long::valueOf).toList();
        assertThat(HoldingRules.clean(known, knownEpoch, epoch, 1, namedVoters, position(named), position(newest))
                        .kind())
                .isEqualTo(kind);
    }

    private static LogPosition position(String text) {
        int gap = text.indexOf(' ');
        return new LogPosition(
                Long.parseLong(text.substring(0, gap)),
                Long.parseLong(text.substring(gap).strip()));
    }
}
