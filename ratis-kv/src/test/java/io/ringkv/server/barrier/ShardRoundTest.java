package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.server.barrier.ShardRound.State;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asker is server 1, in term 5. */
class ShardRoundTest {
    private static final long TERM = 5;

    private static ShardRound roundOf(String voters) {
        ReadBatch reads =
                new ReadBatch(new LedReplica(1), new AtomicInteger(), new BarrierMetrics(new SimpleMeterRegistry()));
        return new ShardRound(
                List.of(reads), 0, TERM, 10, new VoterSets(VoterIds.ofDigits(voters), Set.of()), server(1));
    }

    /** Answers are written as server:term, or server:x when it is lost; they arrive in this order. */
    @ParameterizedTest
    @CsvSource({
        "1,,CONFIRMED",
        "2,,OPEN",
        "2,2:5,CONFIRMED",
        "2,2:x,HOPELESS",
        "12,,OPEN",
        "12,2:5,CONFIRMED",
        "12,2:4,HOPELESS",
        "12,2:0,HOPELESS",
        "12,2:6,DEPOSED",
        "123,,OPEN",
        "123,2:5,CONFIRMED",
        "123,2:0,OPEN",
        "123,2:0 3:5,CONFIRMED",
        "123,2:0 3:x,HOPELESS",
        "123,2:0 3:6,DEPOSED",
        "123,2:6 3:5,DEPOSED",
        // Who is no voter does not matter, and who lost cannot win twice.
        "123,4:5,OPEN",
        "123,4:x 5:x,OPEN",
        "123,2:5 2:x,CONFIRMED",
        "12345,2:5,OPEN",
        "12345,2:5 2:5,OPEN",
        "12345,2:5 3:x 4:x,OPEN",
        "12345,2:5 3:x 4:x 5:x,HOPELESS",
        "12345,2:5 3:x 4:x 5:5,CONFIRMED",
        "12345,2:4 3:4 4:4,HOPELESS",
    })
    void countsVoters(String voters, String answers, State expected) {
        ShardRound round = roundOf(voters);
        if (answers != null) {
            for (String answer : answers.split(" ", -1)) {
                long from = Character.digit(answer.charAt(0), 10);
                if (answer.endsWith("x")) {
                    round.lose(server(from));
                } else {
                    round.answer(server(from), Long.parseLong(answer.substring(2)));
                }
            }
        }
        assertThat(round.state()).isEqualTo(expected);
    }
}
