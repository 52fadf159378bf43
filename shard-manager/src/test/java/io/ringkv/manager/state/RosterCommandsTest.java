package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RosterCommandsTest {

    private final Clusters.Log log = new Clusters.Log().withActiveServers(Clusters.founding(3, 6, 3));

    @Test
    void beginsWithTheFounders() {
        assertThat(roster().members()).extracting(ManagerRecord::label).containsExactly("m1", "m2", "m3");
        assertThat(roster().wanted()).isEqualTo(3);
        assertThat(log.state().shardMap().managers()).isEqualTo(roster().members());
    }

    @Test
    void registersAStandbyOnceAndPublishesNothing() {
        long epoch = log.state().ringEpoch();

        assertThat(log.apply(standby(4, "")).events()).hasSize(1);
        assertThat(log.apply(standby(4, "")).events()).isEmpty();

        assertThat(roster().standbys()).extracting(ManagerRecord::label).containsExactly("m4");
        assertThat(log.state().ringEpoch()).isEqualTo(epoch);
    }

    @Test
    void givesAnotherLabelWhereTheWantedOneIsTaken() {
        log.apply(standby(4, "m2"));
        log.apply(standby(5, "m2"));
        log.apply(standby(6, "spare"));

        assertThat(roster().standbys()).extracting(ManagerRecord::label).containsExactly("m2-2", "m2-3", "spare");
    }

    @Test
    void anotherOneAtTheSameAddressTakesAStandbysPlace() {
        log.apply(standby(4, ""));
        log.apply(new RegisterStandby(new ManagerId(9), "", addresses(4)));

        assertThat(roster().standbys()).extracting(ManagerRecord::id).containsExactly(new ManagerId(9));
    }

    @Test
    void addsAStandbyAndPublishesIt() {
        log.apply(standby(4, ""));
        long epoch = log.state().ringEpoch();

        begin(4, true, true);
        assertThat(log.state().ringEpoch()).isEqualTo(epoch);
        log.apply(new AdvanceManagerChange(1, ChangePhase.DONE, ""));

        assertThat(roster().members()).extracting(ManagerRecord::label).containsExactly("m1", "m2", "m3", "m4");
        assertThat(roster().standbys()).isEmpty();
        assertThat(roster().wanted()).isEqualTo(4);
        assertThat(roster().change()).isNull();
        assertThat(log.state().ringEpoch()).isEqualTo(epoch + 1);
        assertThat(log.state().shardMap().manager(new ManagerId(4))).isNotNull();
    }

    @Test
    void beginsOneChangeAtATime() {
        log.apply(standby(4, ""));
        begin(4, true, true);

        assertThat(log.apply(change(4, true, true)).events())
                .as("the same again")
                .isEmpty();
        assertThat(log.apply(change(2, false, false)).refusal())
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SAFETY_REFUSED));
        assertThat(log.apply(new ForgetStandby(new ManagerId(4))).refusal()).isNotNull();
    }

    @Test
    void refusesStrangersTheLastMemberAndTooMany() {
        assertThat(log.apply(change(7, true, true)).refusal())
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MANAGER_NOT_FOUND));
        remove(1);
        remove(2);
        assertThat(log.apply(change(3, false, true)).refusal())
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("last member"));
        for (int number = 11; number < 11 + ManagerRoster.MEMBERS_MAX; number++) {
            log.apply(standby(number, ""));
            Applied begun = log.apply(change(number, true, true));
            if (begun.refusal() == null) {
                log.apply(new AdvanceManagerChange(roster().changes(), ChangePhase.DONE, ""));
            } else {
                assertThat(begun.refusal().sentence()).contains("limit: " + ManagerRoster.MEMBERS_MAX);
            }
        }
        assertThat(roster().members()).hasSize(ManagerRoster.MEMBERS_MAX);
    }

    @Test
    void failsOnlyWhatWasGivenUp() {
        log.apply(standby(4, ""));
        begin(4, true, false);

        assertThat(log.apply(new AdvanceManagerChange(1, ChangePhase.FAILED, "no"))
                        .events())
                .isEmpty();
        assertThat(log.apply(new AdvanceManagerChange(2, ChangePhase.DONE, "")).events())
                .as("another number")
                .isEmpty();
        log.apply(new AdvanceManagerChange(1, ChangePhase.UNDOING, "late"));
        assertThat(Objects.requireNonNull(roster().change()).undoing()).isTrue();
        log.apply(new AdvanceManagerChange(1, ChangePhase.FAILED, "late"));

        assertThat(roster().change()).isNull();
        assertThat(roster().members()).hasSize(3);
        assertThat(roster().standbys()).hasSize(1);
        begin(4, true, false);
        assertThat(Objects.requireNonNull(roster().change()).number()).isEqualTo(2);
    }

    /** One whom the manager replaced may stand by again under another id; one whom an operator sent away may not. */
    @Test
    void tellsReplacedFromRemoved() {
        begin(1, false, false);
        log.apply(new AdvanceManagerChange(1, ChangePhase.DONE, ""));
        assertThat(roster().wanted()).isEqualTo(3);
        assertThat(roster().isGone(new ManagerId(1), 0)).isTrue();
        assertThat(roster().dismissed()).isEmpty();

        remove(2);
        assertThat(roster().wanted()).isEqualTo(1);
        assertThat(roster().dismissed()).containsExactly(new ManagerId(2));
        assertThat(log.apply(standby(2, "")).refusal())
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MANAGER_REMOVED));
    }

    /** A leader whose state is behind must not send away one that was taken in later. */
    @Test
    void neverCallsOneGoneThatWasPreparedByALaterChange() {
        ManagerId four = new ManagerId(4);
        assertThat(roster().isGone(four, 1)).isFalse();
        log.apply(standby(4, ""));
        begin(4, true, false);
        assertThat(roster().isGone(four, 1)).isFalse();
        log.apply(new AdvanceManagerChange(1, ChangePhase.DONE, ""));
        assertThat(roster().isGone(four, 1)).isFalse();
        remove(4);
        assertThat(roster().isGone(four, 1)).isTrue();
        assertThat(roster().isGone(four, 3)).isFalse();
    }

    private ManagerRoster roster() {
        return log.state().managers();
    }

    private void begin(int manager, boolean addition, boolean isOperators) {
        Applied applied = log.apply(change(manager, addition, isOperators));
        assertThat(applied.refusal()).isNull();
        ManagerChange change = roster().change();
        assertThat(change).isNotNull();
    }

    private void remove(int manager) {
        begin(manager, false, true);
        log.apply(new AdvanceManagerChange(roster().changes(), ChangePhase.DONE, ""));
    }

    private static StartManagerChange change(int manager, boolean addition, boolean isOperators) {
        return new StartManagerChange(new ManagerId(manager), addition, isOperators, "for a test");
    }

    private static RegisterStandby standby(int number, String label) {
        return new RegisterStandby(new ManagerId(number), label, addresses(number));
    }

    private static ServerAddresses addresses(int number) {
        return Clusters.managerAddresses(number);
    }
}
