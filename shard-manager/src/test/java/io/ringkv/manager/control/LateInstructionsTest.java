package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.rpc.CancelOperation;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.Instruction.ActionCase;
import io.ringkv.rpc.LedgerState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bad luck that chance seldom brings about, told step by step: real duties of the manager and real rules of servers in a
 * {@link SimulatedCluster}. Each tale ends well by the rules; with one of them left out, the world's invariants show the harm.
 */
class LateInstructionsTest {

    private static final ShardId SHARD = new ShardId(1);
    private static final long PATIENCE_MILLIS = 120_000;

    /** What happens, the rule that it takes, and what the world shows without it. */
    private enum Tale {
        /** An addition was undone, and then the instruction arrives. */
        ADDITION_AFTER_THE_UNDO(Sabotage.NO_FENCE, "behind the manager's back") {
            @Override
            void happen(Stage stage) {
                int target = stage.outsider();
                stage.servers().forEach(server -> server.delayed.add(ActionCase.ADD_VOTER));
                stage.server(target).delayed.add(ActionCase.CLEAN);
                stage.move(stage.follower(), target);
                stage.await(() -> !stage.leader().server.underWay.isEmpty());
                ServerModel leader = stage.leader().server;
                Instruction late = leader.underWay.get(0);
                stage.servers().forEach(server -> server.delayed.remove(ActionCase.ADD_VOTER));

                stage.cancel();
                stage.await(() -> stage.operation() == null);
                leader.deliver(late);
                stage.cluster.queue.runFor(20_000);

                assertThat(stage.shard().voters()).doesNotContain(target);
                stage.server(target).delayed.clear();
            }
        },
        /** A removal was undone, and then the instruction arrives. */
        REMOVAL_AFTER_THE_UNDO(Sabotage.NO_FENCE, "behind the manager's back") {
            @Override
            void happen(Stage stage) {
                int source = stage.follower();
                stage.servers().forEach(server -> server.delayed.add(ActionCase.REMOVE_VOTER));
                stage.start(OperationKind.REMOVE_REPLICA, source, 0);
                stage.await(() -> !stage.leader().server.underWay.isEmpty());
                ServerModel leader = stage.leader().server;
                Instruction late = leader.underWay.get(0);

                stage.cancel();
                stage.await(() -> stage.operation() == null);
                leader.deliver(late);
                stage.cluster.queue.runFor(5_000);

                assertThat(stage.shard().voters()).contains(source);
                stage.servers().forEach(server -> server.delayed.clear());
            }
        },
        /**
         * A leader sleeps while it is replaced, and a follower of it loses its replica and is to get a new one; when it
         * wakes up it reaches that follower alone.
         */
        LEADER_WAKES_BESIDE_A_BLANK_REPLICA(Sabotage.NO_TERM_FLOOR, "two majorities decide") {
            @Override
            void happen(Stage stage) {
                ReplicaModel former = stage.leader();
                int follower = stage.follower();
                former.server.pause();
                // The manager replaces the one that sleeps.
                stage.await(() -> !stage.published().contains(former.server.number) && stage.operation() == null);
                stage.move(follower, stage.outsider(former.server.number, follower));
                stage.await(() -> stage.operation() == null);
                ReplicaModel blank = Objects.requireNonNull(stage.shard().replica(follower));
                stage.move(stage.followerBut(follower), follower);
                stage.await(() -> blank.state == LedgerState.LEDGER_STATE_PREPARED);

                stage.servers().stream()
                        .filter(server -> server != former.server && server != blank.server)
                        .forEach(server -> {
                            stage.cluster.network.cut(server.number, former.server.number);
                            stage.cluster.network.cut(server.number, follower);
                        });
                former.server.isCutFromManagers = true;
                former.server.start();
                stage.cluster.queue.runFor(20_000);

                stage.cluster.network.heal();
                former.server.isCutFromManagers = false;
            }
        },
        /** A replica was deleted and is made anew, and then the instruction to delete it arrives once more. */
        DELETION_OF_THE_FORMER_REPLICA(Sabotage.CLEAN_IGNORES_EPOCH, "that is being caught up") {
            @Override
            void happen(Stage stage) {
                int server = stage.follower();
                Instruction late = stage.moveAway(server);
                stage.move(stage.followerBut(server), server);
                stage.await(() -> stage.leader() != null && stage.leader().staged == server);

                stage.server(server).deliver(late);

                stage.await(() -> stage.operation() == null);
                assertThat(stage.shard().voters()).contains(server);
            }
        },
        /**
         * The same, from a manager that is wrong about what there is, such as one that was set back to an old state, and that
         * counts on from the epochs it sees: the replica trusts what it knows itself.
         */
        DELETION_BY_A_CONFIGURATION_THAT_IS_OVER(
                Sabotage.CLEAN_IGNORES_CONFIGURATION, "deletes no replica of the committed voters") {
            @Override
            void happen(Stage stage) {
                int server = stage.follower();
                Instruction late = stage.moveAway(server);
                stage.move(stage.followerBut(server), server);
                stage.await(() -> stage.operation() == null);
                ReplicaModel replica = Objects.requireNonNull(stage.shard().replica(server));

                stage.server(server)
                        .deliver(late.toBuilder()
                                .setReplicaEpoch(replica.ledgerEpoch + 1)
                                .build());

                assertThat(replica.state).isEqualTo(LedgerState.LEDGER_STATE_MEMBER);
            }
        };

        private final Sabotage without;
        private final String harm;

        Tale(Sabotage without, String harm) {
            this.without = without;
            this.harm = harm;
        }

        abstract void happen(Stage stage);
    }

    @ParameterizedTest
    @EnumSource(Tale.class)
    void endsWellByTheRules(Tale tale) {
        Stage stage = new Stage(Sabotage.NONE);

        tale.happen(stage);

        stage.cluster.settle();
    }

    @ParameterizedTest
    @EnumSource(Tale.class)
    void doesHarmWithoutTheRule(Tale tale) {
        Stage stage = new Stage(tale.without);

        assertThatThrownBy(() -> tale.happen(stage)).hasMessageContaining(tale.harm);
    }

    @Test
    void tellsWhatChanceDoesNotShow() {
        Set<Sabotage> told = EnumSet.of(Sabotage.NONE);
        for (Tale tale : Tale.values()) {
            told.add(tale.without);
        }

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Sabotage.values())
                        .filter(sabotage -> !sabotage.isShownByChance())
                        .toList());
    }

    /** Five servers and a shard of three replicas. */
    private static final class Stage {

        final SimulatedCluster cluster;

        Stage(Sabotage sabotage) {
            cluster = new SimulatedCluster(1, sabotage, 5, 1, 3);
            cluster.place();
            cluster.settle();
        }

        List<ServerModel> servers() {
            return List.copyOf(cluster.servers.values());
        }

        ServerModel server(int number) {
            return Objects.requireNonNull(cluster.servers.get(number));
        }

        ShardModel shard() {
            return Objects.requireNonNull(cluster.shards.get(SHARD.value()));
        }

        ReplicaModel leader() {
            return Objects.requireNonNull(shard().leader());
        }

        /** A voter that does not lead. */
        int follower() {
            return followerBut(0);
        }

        int followerBut(int other) {
            int leader = leader().server.number;
            return shard().voters().stream()
                    .filter(voter -> voter != leader && voter != other)
                    .findFirst()
                    .orElseThrow();
        }

        /** A server without a replica, none of these. */
        int outsider(Integer... others) {
            return cluster.servers.keySet().stream()
                    .filter(server -> !shard().voters().contains(server)
                            && !List.of(others).contains(server))
                    .findFirst()
                    .orElseThrow();
        }

        List<Integer> published() {
            return List.copyOf(SimulationChecks.numbers(
                    Objects.requireNonNull(cluster.managers.state().shards().get(SHARD))
                            .record()
                            .voters()));
        }

        @Nullable
        Operation operation() {
            return cluster.managers.state().operations().of(SHARD);
        }

        void move(int source, int target) {
            start(OperationKind.MOVE_REPLICA, source, target);
        }

        void start(OperationKind kind, int source, int target) {
            Object unused = cluster.managers.request(new StartOperation(new OperationOrder(
                    kind,
                    SHARD,
                    Clusters.server(source),
                    target == 0 ? null : Clusters.server(target),
                    "",
                    Requester.OPERATOR)));
            assertThat(operation()).isNotNull();
        }

        /** Moves a replica to elsewhere; returns the instruction by which it was deleted. */
        Instruction moveAway(int server) {
            ServerModel from = server(server);
            from.delayed.add(ActionCase.CLEAN);
            move(server, outsider());
            await(() -> !from.underWay.isEmpty());
            from.delayed.clear();
            await(() -> operation() == null);
            return from.underWay.get(0);
        }

        void cancel() {
            cluster.ask(ChangeRequest.newBuilder()
                    .setCancelOperation(CancelOperation.newBuilder()
                            .setNumber(Objects.requireNonNull(operation()).number())));
        }

        void await(BooleanSupplier condition) {
            long until = cluster.queue.now() + PATIENCE_MILLIS;
            while (!condition.getAsBoolean()) {
                assertThat(cluster.queue.now())
                        .as("%s: waits no longer: %s", cluster.network.context(), cluster.describe())
                        .isLessThan(until);
                cluster.queue.step();
            }
        }
    }
}
