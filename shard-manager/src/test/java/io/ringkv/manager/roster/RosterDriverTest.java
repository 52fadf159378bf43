package io.ringkv.manager.roster;

import static io.ringkv.manager.roster.Rosters.adding;
import static io.ringkv.manager.roster.Rosters.changing;
import static io.ringkv.manager.roster.Rosters.id;
import static io.ringkv.manager.roster.Rosters.notReady;
import static io.ringkv.manager.roster.Rosters.record;
import static io.ringkv.manager.roster.Rosters.records;
import static io.ringkv.manager.roster.Rosters.removing;
import static io.ringkv.manager.roster.Rosters.seen;
import static io.ringkv.manager.roster.Rosters.staging;
import static io.ringkv.manager.roster.Rosters.withSilent;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.manager.roster.RosterDriver.Soft;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RosterDriverTest {

    private static final Soft FRESH = new Soft(0, false, false);
    private static final Soft PREPARED = new Soft(0, true, false);
    private static final Soft ASKING = new Soft(0, true, true);
    private static final Soft LATE = new Soft(60_000, true, false);

    private static final ManagerRoster ADDING = Rosters.of(records(1, 2, 3), records(4), adding(4));
    private static final ManagerRoster REMOVING_2 = Rosters.of(records(1, 2, 3), List.of(), removing(2));
    private static final ManagerRoster REMOVING_1 = Rosters.of(records(1, 2, 3), List.of(), removing(1));

    private final RosterDriver driver = new RosterDriver(Rosters.LIMITS);

    @Test
    void doesNothingWithoutAChangeOrALeaderThatIsReady() {
        assertThat(driver.next(Rosters.m123(4), seen(1, 2, 3), FRESH)).isEqualTo(new RosterAct.Wait(""));
        assertThat(driver.next(ADDING, null, FRESH)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(ADDING, notReady(seen(1, 2, 3)), PREPARED)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void preparesWithTheLeadersTermBeforeItAdds() {
        assertThat(driver.next(ADDING, seen(1, 2, 3), FRESH)).isEqualTo(new RosterAct.Prepare(record(4), 7, 1));
        assertThat(driver.next(ADDING, seen(1, 2, 3), PREPARED)).isEqualTo(new RosterAct.Add(record(4)));
    }

    @Test
    void asksRaftForOneChangeAtATimeAndOnlyFromACommittedConfiguration() {
        assertThat(driver.next(ADDING, changing(seen(1, 2, 3)), PREPARED)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(ADDING, staging(seen(1, 2, 3), 4), PREPARED)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(ADDING, seen(1, 2, 3), ASKING)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(REMOVING_2, changing(seen(1, 2, 3)), FRESH)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void neverChangesVotersThatAreOthersThanInTheBooks() {
        assertThat(driver.next(ADDING, seen(1, 2), PREPARED)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(REMOVING_2, seen(1, 2, 3, 5), FRESH)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void addsOnlyWhenAllMembersAnswer() {
        assertThat(driver.next(ADDING, withSilent(seen(1, 2, 3), 3), PREPARED)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void removesADeadOneIfAMajorityOfTheOthersAnswers() {
        assertThat(driver.next(REMOVING_2, withSilent(seen(1, 2, 3), 2), FRESH)).isEqualTo(new RosterAct.Remove(id(2)));
        assertThat(driver.next(REMOVING_2, withSilent(seen(1, 2, 3), 3), FRESH)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void handsLeadershipToTheFurthestBeforeTheLeaderGoes() {
        GroupSighting seen = new GroupSighting(
                true,
                7,
                id(1),
                seen(1, 2, 3).voters(),
                false,
                null,
                Map.of(id(2), new MemberProgress(10, 40), id(3), new MemberProgress(10, 2)));

        assertThat(driver.next(REMOVING_1, seen, FRESH)).isEqualTo(new RosterAct.Transfer(id(3)));
        assertThat(driver.next(REMOVING_1, withSilent(seen, 2, 3), FRESH)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void endsAsDoneWhenTheCommittedConfigurationIsAsWanted() {
        RosterAct done = new RosterAct.Tell(ChangePhase.DONE, "");
        assertThat(driver.next(ADDING, seen(1, 2, 3, 4), FRESH)).isEqualTo(done);
        assertThat(driver.next(ADDING, seen(1, 2, 3, 4), LATE)).isEqualTo(done);
        assertThat(driver.next(REMOVING_2, seen(1, 3), FRESH)).isEqualTo(done);
        assertThat(driver.next(ADDING, changing(seen(1, 2, 3, 4)), FRESH)).isInstanceOf(RosterAct.Wait.class);
    }

    @Test
    void givesUpInTheLogBeforeAnythingIsUndone() {
        assertThat(driver.next(ADDING, staging(seen(1, 2, 3), 4), LATE))
                .isInstanceOfSatisfying(
                        RosterAct.Tell.class, tell -> assertThat(tell.phase()).isEqualTo(ChangePhase.UNDOING));
    }

    @Test
    void undoesByEndingWhatIsStagedAndLooksWhatCameOfIt() {
        ManagerRoster undoing =
                Rosters.of(records(1, 2, 3), records(4), adding(4).givenUp("late"));

        assertThat(driver.next(undoing, staging(seen(1, 2, 3), 4), FRESH)).isEqualTo(new RosterAct.EndStaging());
        assertThat(driver.next(undoing, seen(1, 2, 3), ASKING)).isEqualTo(new RosterAct.EndStaging());
        assertThat(driver.next(undoing, changing(seen(1, 2, 3, 4)), FRESH)).isInstanceOf(RosterAct.Wait.class);
        assertThat(driver.next(undoing, seen(1, 2, 3), FRESH))
                .isEqualTo(new RosterAct.Tell(ChangePhase.FAILED, "late"));
        assertThat(driver.next(undoing, seen(1, 2, 3, 4), FRESH))
                .isEqualTo(new RosterAct.Tell(ChangePhase.DONE, "late"));
    }
}
