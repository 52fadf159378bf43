package io.ringkv.manager.state;

import static io.ringkv.manager.state.Clusters.addresses;
import static io.ringkv.manager.state.Clusters.founding;
import static io.ringkv.manager.state.Clusters.place;
import static io.ringkv.manager.state.Clusters.register;
import static io.ringkv.manager.state.Clusters.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterMachineTest {

    private static final Founding FOUNDING = founding(3, 6, 3);

    private final Clusters.Log log = new Clusters.Log();

    @Nested
    class Creation {

        @Test
        void makesTheClusterOnce() {
            Applied first = log.apply(new CreateCluster(FOUNDING));
            Applied second = log.apply(new CreateCluster(FOUNDING));

            assertThat(first.events()).hasSize(1);
            assertThat(first.state().ringEpoch()).isEqualTo(1);
            assertThat(second.events()).isEmpty();
            assertThat(second.refusal()).isNull();
            assertThat(second.state()).isEqualTo(first.state());
        }

        @Test
        void refusesAnotherClusterInTheSameLog() {
            log.apply(new CreateCluster(FOUNDING));
            Founding other = new Founding(
                    new ClusterId(new UUID(1, 1)), FOUNDING.managerGroup(), FOUNDING.managers(), FOUNDING.settings());

            assertRefused(log.apply(new CreateCluster(other)), ErrorCode.ALREADY_BOOTSTRAPPED);
            assertThat(log.state().requireFounding()).isEqualTo(FOUNDING);
        }

        @Test
        void comesBeforeEverythingElse() {
            assertRefused(log.apply(register(1)), ErrorCode.NOT_BOOTSTRAPPED);
            assertRefused(log.apply(place(FOUNDING.settings())), ErrorCode.NOT_BOOTSTRAPPED);
        }

        @ParameterizedTest
        @CsvSource({"0, 1, 1", "3, 0, 3", "3, 20001, 3", "3, 6, 4", "4097, 6, 3", "3, 6, 0"})
        void refusesSettingsOutOfBounds(int servers, int shards, int replicationFactor) {
            assertThatThrownBy(() -> new ClusterSettings(servers, shards, replicationFactor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: 1 to");
        }

        @ParameterizedTest
        @CsvSource({"1, 2, 1", "2, 4, 2", "3, 6, 3", "50, 100, 3"})
        void fillsInSettingsThatWereLeftOut(int servers, int shards, int replicationFactor) {
            assertThat(ClusterSettings.of(servers, 0, 0))
                    .isEqualTo(new ClusterSettings(servers, shards, replicationFactor));
        }

        @Test
        void refusesAnEvenNumberOfManagers() {
            assertThatThrownBy(() -> new Founding(
                            FOUNDING.cluster(),
                            FOUNDING.managerGroup(),
                            FOUNDING.managers().subList(0, 2),
                            FOUNDING.settings()))
                    .hasMessageContaining("managers: 2 (expected: 1, 3 or 5)");
        }
    }

    @Nested
    class Registration {

        @Test
        void givesFreeLabelsInOrder() {
            log.apply(new CreateCluster(FOUNDING));
            log.apply(new RegisterServer(server(1), "s2", addresses(1), "", "1.0", 1));
            log.apply(register(2));
            log.apply(register(3));

            assertThat(log.registered(1).record().label()).isEqualTo("s2");
            assertThat(log.registered(2).record().label()).isEqualTo("s1");
            assertThat(log.registered(3).record().label()).isEqualTo("s3");
            assertThat(log.registered(3).record().state()).isEqualTo(ServerState.JOINING);
        }

        @Test
        void refusesALabelThatIsTaken() {
            log.apply(new CreateCluster(FOUNDING));
            log.apply(register(1));

            Applied applied = log.apply(new RegisterServer(server(2), "s1", addresses(2), "", "1.0", 1));

            assertRefused(applied, ErrorCode.LABEL_IN_USE);
            assertThat(applied.state().servers()).hasSize(1);
        }

        @Test
        void changesNothingWhenAServerComesAgainAsItWas() {
            log.apply(new CreateCluster(FOUNDING));
            ClusterState before = log.apply(register(1)).state();

            assertThat(log.apply(register(1)).state()).isEqualTo(before);
        }

        @Test
        void recordsANewVersionWithoutPublishingIt() {
            log.apply(new CreateCluster(FOUNDING));
            long epoch = log.apply(register(1)).state().ringEpoch();

            Applied applied = log.apply(new RegisterServer(server(1), "", addresses(1), "", "1.1", 2));

            assertThat(log.registered(1).version()).isEqualTo("1.1");
            assertThat(log.registered(1).levelHighest()).isEqualTo(2);
            assertThat(applied.state().ringEpoch()).isEqualTo(epoch);
        }

        @Test
        void publishesANewZoneAndLabelAndKeepsTheState() {
            log.withActiveServers(FOUNDING);
            long epoch = log.state().ringEpoch();

            log.apply(new RegisterServer(server(1), "front", addresses(1), "east", "1.0", 1));

            assertThat(log.registered(1).record().zone()).isEqualTo("east");
            assertThat(log.registered(1).record().label()).isEqualTo("front");
            assertThat(log.registered(1).record().state()).isEqualTo(ServerState.ACTIVE);
            assertThat(log.state().ringEpoch()).isEqualTo(epoch + 1);
        }

        @Test
        void refusesAChangedAddress() {
            log.withActiveServers(FOUNDING);

            Applied applied = log.apply(new RegisterServer(server(1), "", addresses(9), "", "1.0", 1));

            assertRefused(applied, ErrorCode.ADDRESS_CHANGED);
            assertThat(log.registered(1).record().raftAddress()).isEqualTo("server1:3");
        }

        @Test
        void letsTheHttpAddressMove() {
            log.withActiveServers(FOUNDING);
            ServerAddresses moved = new ServerAddresses("server1:1", "server1:2", "server1:3", "");

            log.apply(new RegisterServer(server(1), "", moved, "", "1.0", 1));

            assertThat(log.registered(1).record().httpAddress()).isEmpty();
        }

        @Test
        void refusesAMalformedLabelBeforeItIsLogged() {
            assertThatThrownBy(() -> new RegisterServer(server(1), "a b", addresses(1), "", "1.0", 1))
                    .isInstanceOf(RingKvException.class)
                    .hasMessageContaining("a b");
        }
    }

    @Nested
    class Marking {

        @ParameterizedTest
        @CsvSource({
            "JOINING, ACTIVE, true",
            "JOINING, DOWN, true",
            "ACTIVE, DOWN, true",
            "DOWN, ACTIVE, true",
            "ACTIVE, JOINING, false",
            "ACTIVE, REMOVED, false",
            "DOWN, JOINING, false",
            "JOINING, DRAINING, false"
        })
        void allowsOnlyWhatSilenceCanMean(ServerState from, ServerState to, boolean allowed) {
            log.apply(new CreateCluster(FOUNDING));
            log.apply(register(1));
            if (from != ServerState.JOINING) {
                log.apply(new MarkServer(server(1), ServerState.JOINING, from));
            }

            Applied applied = log.apply(new MarkServer(server(1), from, to));

            assertThat(applied.refusal() == null).isEqualTo(allowed);
            assertThat(log.state().stateOf(server(1))).isEqualTo(allowed ? to : from);
        }

        @Test
        void isVoidWhenTheStateIsNoLongerTheExpectedOne() {
            log.withActiveServers(FOUNDING);
            log.apply(new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN));

            assertRefused(
                    log.apply(new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN)),
                    ErrorCode.CONDITION_FAILED);
        }

        @Test
        void isVoidWhenLeadershipChangedHandsBeforeItWasLogged() {
            log.withActiveServers(FOUNDING);

            Applied applied =
                    log.apply(new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN), Clusters.Log.TERM - 1);

            assertRefused(applied, ErrorCode.STALE_INSTRUCTION);
            assertThat(log.state().stateOf(server(1))).isEqualTo(ServerState.ACTIVE);
        }

        @Test
        void refusesUnknownServers() {
            log.apply(new CreateCluster(FOUNDING));

            assertRefused(
                    log.apply(new MarkServer(server(9), ServerState.ACTIVE, ServerState.DOWN)),
                    ErrorCode.SERVER_NOT_FOUND);
        }
    }

    @Nested
    class Placement {

        @Test
        void isMadeOnce() {
            log.placed(FOUNDING);

            assertThat(log.state().shards()).hasSize(6);
            assertThat(log.state().shardMap().isComplete()).isTrue();
            assertRefused(log.apply(place(FOUNDING.settings())), ErrorCode.CONDITION_FAILED);
        }

        @Test
        void refusesVotersThatAreNotActive() {
            log.withActiveServers(FOUNDING);
            log.apply(new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN));

            Applied applied = log.apply(place(FOUNDING.settings()));

            assertRefused(applied, ErrorCode.INVALID_ARGUMENT);
            assertThat(applied.refusal())
                    .extracting(Refusal::sentence)
                    .asString()
                    .contains("not ACTIVE");
        }

        @Test
        void refusesAWrongNumberOfShardsOrVoters() {
            log.withActiveServers(FOUNDING);

            assertRefused(log.apply(place(new ClusterSettings(3, 5, 3))), ErrorCode.INVALID_ARGUMENT);
            assertRefused(log.apply(place(new ClusterSettings(3, 6, 2))), ErrorCode.INVALID_ARGUMENT);
            assertThat(log.state().isPlaced()).isFalse();
        }

        @Test
        void refusesAGapInTheRing() {
            log.withActiveServers(founding(3, 2, 3));
            ManagedShard half = place(new ClusterSettings(3, 2, 3)).shards().get(0);
            ManagedShard quarter = place(new ClusterSettings(3, 4, 3)).shards().get(3);
            ManagedShard renumbered = Clusters.shard(
                    new ShardId(2), quarter.record().range(), quarter.record().voters());

            Applied applied = log.apply(new PlaceShards(List.of(half, renumbered)));

            assertRefused(applied, ErrorCode.INVALID_ARGUMENT);
            assertThat(applied.refusal())
                    .extracting(Refusal::sentence)
                    .asString()
                    .contains("cover the ring once");
        }

        @Test
        void refusesALevelThatAVoterCannotApply() {
            log.withActiveServers(FOUNDING);
            List<ManagedShard> higher = place(FOUNDING.settings()).shards().stream()
                    .map(shard -> ManagedShard.of(shard.record(), shard.lineage(), 2, false))
                    .toList();

            assertRefused(log.apply(new PlaceShards(higher)), ErrorCode.INVALID_ARGUMENT);
        }
    }

    @Nested
    class Settling {

        @Test
        void keepsTheRingEpochBecauseNothingPublishedChanges() {
            log.placed(FOUNDING);
            long epoch = log.state().ringEpoch();

            Applied applied = log.apply(new SettleLeaders(List.of(new ShardId(2), new ShardId(1))));

            assertThat(applied.events()).hasSize(1);
            assertThat(applied.state().ringEpoch()).isEqualTo(epoch);
            assertThat(applied.state().shards().get(new ShardId(1))).matches(ManagedShard::settled);
            assertThat(applied.state().shards().get(new ShardId(3))).matches(shard -> !shard.settled());
        }

        @Test
        void passesOverWhatIsSettled() {
            log.placed(FOUNDING);
            log.apply(new SettleLeaders(List.of(new ShardId(1))));

            assertThat(log.apply(new SettleLeaders(List.of(new ShardId(1)))).events())
                    .isEmpty();
            assertRefused(log.apply(new SettleLeaders(List.of(new ShardId(99)))), ErrorCode.SHARD_NOT_FOUND);
        }
    }

    @Test
    void keepsABoundedHistoryInOrder() {
        log.withActiveServers(FOUNDING);
        for (int i = 0; i < History.KEPT; i++) {
            log.apply(new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN));
            log.apply(new MarkServer(server(1), ServerState.DOWN, ServerState.ACTIVE));
        }

        History history = log.state().history();
        assertThat(history.events()).hasSize(History.KEPT);
        assertThat(history.total()).isEqualTo(7 + 2 * History.KEPT);
        assertThat(history.events().get(History.KEPT - 1).number()).isEqualTo(history.total());
        assertThat(history.events()).isSortedAccordingTo((a, b) -> Long.compare(a.wallMillis(), b.wallMillis()));
    }

    @Test
    void refusesADecisionWithoutTerm() {
        assertThatThrownBy(() -> new LoggedCommand(
                        1, 0, Clusters.PROPOSER, 0, new MarkServer(server(1), ServerState.ACTIVE, ServerState.DOWN)))
                .hasMessageContaining("1 or more");
    }

    private static void assertRefused(Applied applied, ErrorCode code) {
        assertThat(applied.events()).isEmpty();
        assertThat(applied.refusal()).isNotNull().extracting(Refusal::code).isEqualTo(code);
    }
}
