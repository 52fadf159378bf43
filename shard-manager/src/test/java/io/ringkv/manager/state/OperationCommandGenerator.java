package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.operation.UndoGoal;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Seeded commands about operations: most of them such as reports could give cause to, some of them nonsense. */
final class OperationCommandGenerator {

    private final Random random;
    private final int servers;

    OperationCommandGenerator(Random random, int servers) {
        this.random = random;
        this.servers = servers;
    }

    ClusterCommand next(ClusterState state) {
        List<Operation> running = new ArrayList<>(state.operations().running().values());
        int dice = random.nextInt(40);
        if (running.isEmpty() || dice < 6) {
            return start(state);
        }
        Operation operation = running.get(random.nextInt(running.size()));
        long changes = operation.changes() - (random.nextInt(15) == 0 ? 1 : 0);
        if (dice < 28) {
            return new AdvanceOperation(
                    operation.number(), changes, random.nextInt(10) == 0 ? null : facts(state, operation));
        }
        return switch (dice) {
            case 28, 29, 30 ->
                new UndoOperation(
                        operation.number(),
                        changes,
                        random.nextBoolean() ? UndoGoal.RETRY : UndoGoal.FAIL,
                        "it took too long",
                        random.nextInt(6) == 0 ? operation.epoch() + random.nextInt(5) : 0);
            case 31 -> new CancelOperation(operation.number() + random.nextInt(2));
            case 32, 33 -> new PauseOperations(random.nextInt(3) == 0);
            case 34 -> orderCleaning(state);
            default -> confirm(state);
        };
    }

    private StartOperation start(ClusterState state) {
        List<OperationKind> kinds = List.of(OperationKind.values());
        OperationKind kind = kinds.get(random.nextInt(kinds.size()));
        ShardId shard = shard(state);
        List<ServerId> voters =
                Objects.requireNonNull(state.shards().get(shard)).record().voters();
        ServerId source = random.nextInt(8) == 0 ? server() : voters.get(random.nextInt(voters.size()));
        ServerId target = server();
        return new StartOperation(new OperationOrder(
                kind,
                shard,
                kind.hasSource() ? source : null,
                kind.hasTarget() ? (target.equals(source) ? Clusters.server(servers + 1) : target) : null,
                "",
                random.nextBoolean() ? Requester.POLICY : Requester.OPERATOR));
    }

    /** The voters before or after the present step. */
    private @Nullable VoterConfiguration facts(ClusterState state, Operation operation) {
        List<ServerId> voters = new ArrayList<>(
                Objects.requireNonNull(state.shards().get(operation.order().shard()))
                        .record()
                        .voters());
        ServerId target = operation.order().target();
        switch (random.nextInt(4)) {
            case 0 -> {
                if (target != null && !voters.contains(target)) {
                    voters.add(target);
                }
            }
            case 1 -> voters.remove(operation.leaving());
            default -> {
                switch (operation.step()) {
                    case ADD -> {
                        if (target != null && !voters.contains(target)) {
                            voters.add(target);
                        }
                    }
                    case REMOVE -> voters.remove(operation.leaving());
                    default -> {}
                }
            }
        }
        return voters.isEmpty() ? null : new VoterConfiguration(voters, 1, random.nextInt(1_000));
    }

    private OrderCleaning orderCleaning(ClusterState state) {
        ShardId shard = shard(state);
        List<ServerId> voters =
                Objects.requireNonNull(state.shards().get(shard)).record().voters();
        return new OrderCleaning(shard, server(), new VoterConfiguration(voters, 1, 7), random.nextInt(20));
    }

    private ClusterCommand confirm(ClusterState state) {
        List<Cleaning> cleanings = state.operations().cleanings();
        if (cleanings.isEmpty()) {
            return new PauseOperations(false);
        }
        Cleaning cleaning = cleanings.get(random.nextInt(cleanings.size()));
        return new ConfirmCleaning(
                cleaning.shard(), cleaning.server(), cleaning.epoch() - (random.nextInt(8) == 0 ? 1 : 0));
    }

    private ShardId shard(ClusterState state) {
        List<ShardId> shards = new ArrayList<>(state.shards().keySet());
        return shards.get(random.nextInt(shards.size()));
    }

    private ServerId server() {
        return Clusters.server(1 + random.nextInt(servers));
    }
}
