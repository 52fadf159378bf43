package io.ringkv.manager.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LivenessDetectorTest {

    private static final long TICK = 500;
    private static final long SUSPECT = 3_000;
    private static final long DOWN = 60_000;

    private final LivenessDetector detector = new LivenessDetector(new LivenessLimits(TICK, SUSPECT, DOWN));
    private final List<ServerId> nine = ids(9);

    @BeforeEach
    void leadNineServers() {
        detector.lead(nine, List.of());
        nine.forEach(detector::heard);
    }

    @ParameterizedTest
    @CsvSource({"0, HEARD", "2500, HEARD", "3000, SUSPECT", "59500, SUSPECT", "60000, EXPIRED", "70000, EXPIRED"})
    void judgesOneSilentServerByItsSilence(long silentMillis, Liveness expected) {
        pass(silentMillis, nine.subList(1, 9));

        assertThat(detector.judge(id(1))).isEqualTo(expected);
        assertThat(detector.heartbeatAgeMillis(id(1))).isEqualTo(silentMillis);
        assertThat(detector.toDeclareDown()).isEqualTo(expected == Liveness.EXPIRED ? List.of(id(1)) : List.of());
    }

    @Test
    void forgetsSilenceAtAHeartbeat() {
        pass(DOWN - TICK, nine.subList(1, 9));
        detector.heard(id(1));
        pass(SUSPECT - TICK, nine.subList(1, 9));

        assertThat(detector.judge(id(1))).isEqualTo(Liveness.HEARD);
        assertThat(detector.isHeard(id(1))).isTrue();
    }

    @Test
    void grantsAFullTimeoutToOneThatAnotherLeaderHasHeard() {
        detector.lead(nine, List.of(id(1)));
        detector.update(nine, List.of());

        pass(DOWN - TICK, nine.subList(1, 9));
        assertThat(detector.toDeclareDown()).isEmpty();

        pass(TICK, nine.subList(1, 9));
        assertThat(detector.toDeclareDown()).containsExactly(id(1));
    }

    @Test
    void countsNoMoreThanTwoTicksWhenItSleptItself() {
        detector.tick(10 * DOWN);

        assertThat(detector.heartbeatAgeMillis(id(1))).isEqualTo(2 * TICK);
        assertThat(detector.toDeclareDown()).isEmpty();
    }

    @Test
    void countsNothingWhenTheClockSeemsToGoBack() {
        detector.tick(-DOWN);

        assertThat(detector.heartbeatAgeMillis(id(1))).isZero();
    }

    @Test
    void grantsAFullTimeoutToAllWhenLeadershipBegins() {
        pass(DOWN - TICK, List.of());
        detector.lead(nine, List.of());
        pass(DOWN - TICK, List.of());

        assertThat(detector.toDeclareDown()).isEmpty();
        assertThat(detector.heartbeatAgeMillis(id(1)))
                .as("no heartbeat in this leadership")
                .isNull();
        assertThat(detector.isHeard(id(1))).isFalse();
    }

    @Test
    void grantsAFullTimeoutToAServerThatJoins() {
        pass(DOWN - TICK, nine);
        List<ServerId> ten = ids(10);
        detector.update(ten, List.of());
        pass(DOWN - TICK, nine);

        assertThat(detector.toDeclareDown()).isEmpty();
        pass(TICK, nine);
        assertThat(detector.toDeclareDown()).containsExactly(id(10));
    }

    @Test
    void declaresAThirdOfTheServersDownButNotMore() {
        pass(DOWN, nine.subList(3, 9));
        assertThat(detector.toDeclareDown()).containsExactly(id(1), id(2), id(3));

        detector.lead(nine, List.of());
        nine.forEach(detector::heard);
        pass(DOWN, nine.subList(4, 9));
        assertThat(detector.toDeclareDown()).isEmpty();
        assertThat(detector.held()).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(detector.judge(id(1))).isEqualTo(Liveness.HELD);
    }

    @Test
    void holdsAFourthThatExpiresWithinOneIntervalOfThreeThatWereDeclared() {
        pass(DOWN / 2, nine.subList(3, 9));
        pass(DOWN / 2, nine.subList(4, 9));
        List<ServerId> first = detector.toDeclareDown();
        detector.update(nine, first);
        pass(DOWN / 2, nine.subList(4, 9));

        assertThat(first).containsExactly(id(1), id(2), id(3));
        assertThat(detector.held()).containsExactly(id(4));
        assertThat(detector.toDeclareDown()).isEmpty();
    }

    @Test
    void declaresAFourthThatExpiresAnIntervalLater() {
        pass(DOWN, nine.subList(3, 9));
        detector.update(nine, detector.toDeclareDown());
        pass(TICK, nine.subList(3, 9));
        pass(DOWN, nine.subList(4, 9));

        assertThat(detector.toDeclareDown()).containsExactly(id(4));
    }

    @Test
    void keepsHoldingUntilTenTimesTheTimeout() {
        pass(10 * DOWN - TICK, nine.subList(4, 9));
        assertThat(detector.toDeclareDown()).isEmpty();

        pass(TICK, nine.subList(4, 9));
        assertThat(detector.toDeclareDown()).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(detector.held()).isEmpty();
    }

    @Test
    void releasesAHeldServerAtItsHeartbeatAndKeepsTheOthers() {
        pass(DOWN, nine.subList(4, 9));
        detector.heard(id(1));
        pass(TICK, List.of(id(1), id(5), id(6), id(7), id(8), id(9)));

        assertThat(detector.held()).containsExactly(id(2), id(3), id(4));
    }

    @Test
    void weighsOnlyServersThatWereNotDownBefore() {
        detector.lead(nine, nine.subList(0, 5));
        pass(DOWN, nine.subList(7, 9));

        assertThat(detector.held()).as("two of four").containsExactly(id(6), id(7));
    }

    @Test
    void declaresNobodyTwice() {
        pass(DOWN, nine.subList(1, 9));
        detector.update(nine, List.of(id(1)));

        assertThat(detector.toDeclareDown()).isEmpty();
    }

    @Test
    void forgetsServersThatAreNoLongerWatched() {
        detector.update(nine.subList(1, 9), List.of());
        detector.heard(id(1));

        assertThat(detector.heartbeatAgeMillis(id(1))).isNull();
    }

    @Test
    void refusesLimitsInTheWrongOrder() {
        assertThatThrownBy(() -> new LivenessLimits(500, 3_000, 3_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 < tick < suspect < down");
    }

    /** Lets time pass in ticks, in each of which the given servers are heard. */
    private void pass(long millis, List<ServerId> heard) {
        for (long passed = 0; passed < millis; passed += TICK) {
            heard.forEach(detector::heard);
            detector.tick(TICK);
        }
        heard.forEach(detector::heard);
    }

    private static List<ServerId> ids(int count) {
        return new ArrayList<>(
                LongStream.rangeClosed(1, count).mapToObj(ServerId::new).toList());
    }

    private static ServerId id(int number) {
        return new ServerId(number);
    }
}
