package io.ringkv.manager.roster;

import static io.ringkv.manager.roster.Rosters.id;
import static io.ringkv.manager.roster.Rosters.records;
import static io.ringkv.manager.roster.Rosters.seen;
import static io.ringkv.manager.roster.Rosters.withSilent;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.roster.RosterPolicy.Wish;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class RosterPolicyTest {

    private final RosterPolicy policy = new RosterPolicy(Rosters.LIMITS);

    @Test
    void leavesAWholeGroupAlone() {
        assertThat(policy.next(Rosters.m123(4), seen(1, 2, 3), silent(), standby -> true))
                .isNull();
    }

    @Test
    void removesTheDeadFirstAndThenTakesInTheStandby() {
        Wish first = next(Rosters.m123(4, 5), withSilent(seen(1, 2, 3), 2), silent(2), standby -> true);
        assertThat(first.addition()).isFalse();
        assertThat(first.manager().id()).isEqualTo(id(2));

        ManagerRoster without = new ManagerRoster(records(1, 3), records(4, 5), 3, 1, null, List.of());
        Wish second = next(without, seen(1, 3), silent(), standby -> true);
        assertThat(second.addition()).isTrue();
        assertThat(second.manager().id()).isEqualTo(id(4));
    }

    @Test
    void waitsUntilAMemberHasBeenSilentLongEnough() {
        SilenceWatch watch = new SilenceWatch(200, 2_000);
        for (int i = 0; i < 30; i++) {
            watch.tick(200, Map.of(id(2), 5_000L));
        }
        assertThat(policy.next(Rosters.m123(4), withSilent(seen(1, 2, 3), 2), watch, standby -> true))
                .isNull();
    }

    @Test
    void keepsTheDeadInTheBooksWhereTheirRemovalGainsNothing() {
        assertThat(policy.next(Rosters.m123(), withSilent(seen(1, 2, 3), 2), silent(2), standby -> true))
                .isNull();
        assertThat(policy.next(Rosters.m123(4), withSilent(seen(1, 2, 3), 2), silent(2), standby -> false))
                .as("a standby that is not heard is none")
                .isNull();
    }

    @Test
    void shrinksAGroupOfFiveThatHasLostTwo() {
        ManagerRoster five = Rosters.of(records(1, 2, 3, 4, 5), List.of(), null);
        Wish wish = next(five, withSilent(seen(1, 2, 3, 4, 5), 4, 5), silent(4, 5), standby -> true);

        assertThat(wish.addition()).isFalse();
        assertThat(policy.next(five, withSilent(seen(1, 2, 3, 4, 5), 5), silent(5), standby -> true))
                .isNull();
    }

    @Test
    void removesNobodyWithoutAMajorityOfThoseThatStay() {
        assertThat(policy.next(Rosters.m123(4), withSilent(seen(1, 2, 3), 2, 3), silent(2), standby -> true))
                .isNull();
    }

    @Test
    void beginsNothingBesideAChangeOrAnUncommittedConfiguration() {
        ManagerRoster busy = Rosters.of(records(1, 2, 3), records(4), Rosters.adding(4));
        GroupSighting seen = withSilent(seen(1, 2, 3), 2);

        assertThat(policy.next(busy, seen, silent(2), standby -> true)).isNull();
        assertThat(policy.next(Rosters.m123(4), Rosters.changing(seen), silent(2), standby -> true))
                .isNull();
        assertThat(policy.next(Rosters.m123(4), Rosters.notReady(seen), silent(2), standby -> true))
                .isNull();
    }

    @Test
    void doesNotHoldAPauseOfTheLeaderAgainstOthers() {
        SilenceWatch watch = new SilenceWatch(200, 2_000);
        watch.tick(60_000, Map.of(id(2), 60_000L));
        assertThat(watch.silentMillis(id(2))).isEqualTo(400);

        watch.tick(200, Map.of(id(2), 100L));
        assertThat(watch.silentMillis(id(2))).isZero();
    }

    private Wish next(ManagerRoster roster, GroupSighting seen, SilenceWatch silence, Predicate<ManagerId> isReady) {
        return Objects.requireNonNull(policy.next(roster, seen, silence, isReady), "a change is called for");
    }

    /** These have been silent for a minute. */
    private static SilenceWatch silent(int... members) {
        Map<ManagerId, Long> silent = new HashMap<>();
        for (int member : members) {
            silent.put(id(member), 60_000L);
        }
        SilenceWatch watch = new SilenceWatch(200, 2_000);
        for (int i = 0; i < 300; i++) {
            watch.tick(200, silent);
        }
        return watch;
    }
}
