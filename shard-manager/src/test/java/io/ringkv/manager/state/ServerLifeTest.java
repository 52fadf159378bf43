package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServerLifeTest {

    private final Clusters.Log log = new Clusters.Log();

    @Test
    void aServerThatIsEmptiedSaysSoAndCanBeKeptAfterAll() {
        log.placed(Clusters.founding(4, 4, 3));

        assertChanged(new DrainServer(Clusters.server(2), true));
        assertThat(log.registered(2).record().state()).isEqualTo(ServerState.DRAINING);
        assertNothing(new DrainServer(Clusters.server(2), true));

        assertChanged(new DrainServer(Clusters.server(2), false));
        assertThat(log.registered(2).record().state()).isEqualTo(ServerState.ACTIVE);
        assertNothing(new DrainServer(Clusters.server(2), false));
    }

    @Test
    void theWishToEmptyAServerOutlivesItsSilenceAndItsRestart() {
        log.placed(Clusters.founding(4, 4, 3));
        assertChanged(new DrainServer(Clusters.server(2), true));

        assertChanged(new MarkServer(Clusters.server(2), ServerState.DRAINING, ServerState.DOWN));
        assertThat(log.registered(2).draining()).isTrue();
        log.apply(new RegisterServer(Clusters.server(2), "", Clusters.addresses(2), "west", "2.0", 1));
        assertThat(log.registered(2).draining()).isTrue();
        assertRefused(
                new MarkServer(Clusters.server(2), ServerState.DOWN, ServerState.ACTIVE),
                ErrorCode.INVALID_ARGUMENT,
                "cannot be marked ACTIVE");
        assertChanged(new MarkServer(Clusters.server(2), ServerState.DOWN, ServerState.DRAINING));
    }

    @Test
    void aServerThatIsDownCanBeMarkedForEmptying() {
        log.placed(Clusters.founding(4, 4, 3));
        down(2);

        assertChanged(new DrainServer(Clusters.server(2), true));

        assertThat(log.registered(2).record().state()).isEqualTo(ServerState.DOWN);
        assertThat(log.registered(2).stateWhenHeard()).isEqualTo(ServerState.DRAINING);
    }

    @Test
    void refusesToEmptyAServerWithoutWhichTheOthersAreTooFew() {
        log.placed(Clusters.founding(3, 3, 3));

        assertRefused(
                new DrainServer(Clusters.server(2), true),
                ErrorCode.SAFETY_REFUSED,
                "Without server s2 there are 2 usable servers for a replication factor of 3");
    }

    @Test
    void serversThatAreDownOrEmptiedThemselvesDoNotCountAsUsable() {
        log.placed(Clusters.founding(5, 3, 3));
        down(1);
        assertChanged(new DrainServer(Clusters.server(2), true));

        assertRefused(new DrainServer(Clusters.server(3), true), ErrorCode.SAFETY_REFUSED, "2 usable servers");
    }

    @Test
    void aServerWithReplicasIsNotRemoved() {
        log.placed(Clusters.founding(4, 4, 3));

        assertRefused(
                new RemoveServer(Clusters.server(2), false),
                ErrorCode.SAFETY_REFUSED,
                "Server s2 holds a replica of 3 shards (1, 3, 4)");
        assertRefused(
                new RemoveServer(Clusters.server(2), true),
                ErrorCode.SAFETY_REFUSED,
                "s2 is ACTIVE; only a server that is DOWN");
    }

    @Test
    void aServerThatIsDownIsRemovedByForceWhenItsShardsKeepTheirMajority() {
        log.placed(Clusters.founding(4, 4, 3));
        down(2);

        assertThat(refusal(new RemoveServer(Clusters.server(2), false)).advice())
                .contains("--force: no acknowledged write is lost");
        assertChanged(new RemoveServer(Clusters.server(2), true));

        assertThat(log.registered(2).record().state()).isEqualTo(ServerState.REMOVED);
        assertThat(log.state().shardsOn(Clusters.server(2)))
                .as("they are replaced like those of any dead server")
                .hasSize(3);
    }

    @Test
    void noForceTakesTheMajorityOfAShard() {
        log.placed(Clusters.founding(4, 4, 3));
        down(2);
        down(3);

        Refusal refusal = refusal(new RemoveServer(Clusters.server(2), true));

        assertThat(refusal.code()).isEqualTo(ErrorCode.SAFETY_REFUSED);
        assertThat(refusal.sentence()).contains("2 shards (1, 4) would have no majority of voters for ever");
        assertThat(refusal(new RemoveServer(Clusters.server(2), false)).advice())
                .isEqualTo("Bring it back: 2 of these shards have no majority without it.");
    }

    @Test
    void anEmptyServerIsRemovedForEver() {
        log.placed(Clusters.founding(3, 3, 3));
        join(4);
        assertChanged(new DrainServer(Clusters.server(4), true));

        assertChanged(new RemoveServer(Clusters.server(4), false));

        assertNothing(new RemoveServer(Clusters.server(4), false));
        assertRefused(Clusters.register(4), ErrorCode.SERVER_REMOVED, "was removed");
        assertRefused(new DrainServer(Clusters.server(4), true), ErrorCode.SERVER_NOT_FOUND, "s4 was removed");
        assertRefused(new MaintainServer(Clusters.server(4), 5), ErrorCode.SERVER_NOT_FOUND, "s4 was removed");
        assertRefused(
                new MarkServer(Clusters.server(4), ServerState.REMOVED, ServerState.ACTIVE),
                ErrorCode.INVALID_ARGUMENT,
                "cannot be marked");
        log.apply(new RegisterServer(Clusters.server(5), "s4", Clusters.addresses(5), "", "1.0", 1));
        assertThat(log.registered(5).record().label())
                .as("the label is free again")
                .isEqualTo("s4");
    }

    @Test
    void theLastSpareIsNotRemovedWhenRepairNeedsIt() {
        log.withActiveServers(Clusters.founding(3, 3, 3));

        assertRefused(new RemoveServer(Clusters.server(3), false), ErrorCode.SAFETY_REFUSED, "2 usable servers");
    }

    @Test
    void maintenanceEndsByCommandOrByItsOwnNumber() {
        log.placed(Clusters.founding(3, 3, 3));
        assertChanged(new MaintainServer(Clusters.server(1), 60_000));
        Maintenance first = Objects.requireNonNull(log.registered(1).maintenance());
        long ringEpoch = log.state().ringEpoch();

        assertChanged(new MaintainServer(Clusters.server(1), 90_000));
        Maintenance second = Objects.requireNonNull(log.registered(1).maintenance());

        assertThat(second.number()).isGreaterThan(first.number());
        assertNothing(new EndMaintenance(Clusters.server(1), first.number()));
        assertChanged(new EndMaintenance(Clusters.server(1), second.number()));
        assertNothing(new MaintainServer(Clusters.server(1), 0));
        assertThat(log.state().ringEpoch()).as("clients need not know").isEqualTo(ringEpoch);
    }

    @Test
    void countedTimeOfAMaintenanceOnlyFalls() {
        log.placed(Clusters.founding(3, 3, 3));
        assertChanged(new MaintainServer(Clusters.server(1), 60_000));
        Maintenance mark = Objects.requireNonNull(log.registered(1).maintenance());

        assertNothing(new CountMaintenance(Clusters.server(1), mark.number() + 1, 40_000));
        assertChanged(new CountMaintenance(Clusters.server(1), mark.number(), 40_000));
        assertNothing(new CountMaintenance(Clusters.server(1), mark.number(), 50_000));

        assertThat(log.registered(1).maintenance()).isEqualTo(new Maintenance(mark.number(), 40_000));
        assertChanged(new EndMaintenance(Clusters.server(1), mark.number()));
        assertNothing(new CountMaintenance(Clusters.server(1), mark.number(), 1));
    }

    @Test
    void maintenanceIsBoundedInTime() {
        assertThatThrownBy(() -> new MaintainServer(Clusters.server(1), Maintenance.MAX_MILLIS + 1))
                .hasMessageContaining("expected: 0 to 86400000");
    }

    @Test
    void theReplicationFactorIsAWishThatServersMustBeAbleToFulfil() {
        log.placed(Clusters.founding(4, 4, 3));

        assertNothing(new SetReplicationFactor(3));
        assertRefused(
                new SetReplicationFactor(5),
                ErrorCode.SAFETY_REFUSED,
                "A replication factor of 5 needs as many usable servers, and there are 4");
        assertChanged(new SetReplicationFactor(1));

        assertThat(log.state().replicationFactor()).isEqualTo(1);
        assertThat(log.state().shardMap().replicationFactor()).isEqualTo(1);
        assertThat(Objects.requireNonNull(log.state().shards().get(new ShardId(1)))
                        .record()
                        .voters())
                .hasSize(3);
        assertThatThrownBy(() -> new SetReplicationFactor(0)).hasMessageContaining("expected: 1 to");
    }

    @Test
    void firstPlacementFollowsTheFactorThatWasSetMeanwhile() {
        Founding founding = Clusters.founding(3, 3, 3);
        log.withActiveServers(founding);
        assertChanged(new SetReplicationFactor(1));

        assertRefused(Clusters.place(founding.settings()), ErrorCode.INVALID_ARGUMENT, "has 3 voters");
        assertChanged(Clusters.place(new ClusterSettings(3, 3, 1)));
    }

    @Test
    void aPlanForAnotherRingEpochChangesNothing() {
        log.placed(Clusters.founding(4, 4, 3));
        long ringEpoch = log.state().ringEpoch();
        DrainServer drain = new DrainServer(Clusters.server(2), true);

        Applied stale = log.apply(drain, 0, ringEpoch - 1);
        assertThat(Objects.requireNonNull(stale.refusal()).code()).isEqualTo(ErrorCode.PLAN_STALE);
        assertThat(log.apply(drain, 0, ringEpoch).refusal()).isNull();
        assertThat(log.apply(drain, 0, ringEpoch).refusal())
                .as("asked again after a lost answer")
                .isNull();
    }

    private void join(int number) {
        log.apply(Clusters.register(number));
        assertChanged(new MarkServer(Clusters.server(number), ServerState.JOINING, ServerState.ACTIVE));
    }

    private void down(int number) {
        assertChanged(new MarkServer(Clusters.server(number), ServerState.ACTIVE, ServerState.DOWN));
    }

    private void assertChanged(ClusterCommand command) {
        Applied applied = log.apply(command);
        assertThat(applied.refusal()).isNull();
        assertThat(applied.events()).isNotEmpty();
    }

    private void assertNothing(ClusterCommand command) {
        Applied applied = log.apply(command);
        assertThat(applied.refusal()).isNull();
        assertThat(applied.events()).isEmpty();
    }

    private Refusal refusal(ClusterCommand command) {
        return Objects.requireNonNull(log.apply(command).refusal(), "not refused");
    }

    private void assertRefused(ClusterCommand command, ErrorCode code, String message) {
        Refusal refusal = refusal(command);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.sentence()).contains(message);
    }
}
