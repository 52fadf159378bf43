package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.operation.DriverAct;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationDriver;
import io.ringkv.manager.operation.ShardBooks;
import io.ringkv.manager.state.AdvanceOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.UndoOperation;
import io.ringkv.rpc.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drives running operations: proposes what reports show, and gives servers the instructions of the present steps. All it
 * remembers is since when each operation has been at its step, as this leadership has seen it. Belongs to the control thread.
 */
final class OperationDesk {

    private final ShardSightings sightings;
    private final OperationSettings settings;
    private final Proposals proposals;
    private final Map<Long, Clock> clocks = new TreeMap<>();
    private ClusterState state;
    private long nowMillis;

    /** Running operations by the servers they concern. */
    private Map<ServerId, List<Long>> concerning = Map.of();

    /** Puts a command into the log in the name of the leader, one at a time per subject. */
    @FunctionalInterface
    interface Proposals {
        void propose(String subject, ClusterCommand command);
    }

    /** Since when an operation has been as it is. */
    private record Clock(long changes, long sinceMillis) {}

    OperationDesk(ShardSightings sightings, OperationSettings settings, ClusterState state, Proposals proposals) {
        this.sightings = sightings;
        this.settings = settings;
        this.proposals = proposals;
        this.state = state;
        update(state);
    }

    /** The log went on. */
    void update(ClusterState newer) {
        state = newer;
        clocks.keySet().retainAll(newer.operations().running().keySet());
        Map<ServerId, List<Long>> byServer = new TreeMap<>();
        for (Operation operation : newer.operations().running().values()) {
            clockOf(operation);
            ShardSightings.serversConcerned(shardOf(operation), operation.order())
                    .forEach(server -> byServer.computeIfAbsent(server, first -> new ArrayList<>())
                            .add(operation.number()));
        }
        concerning = byServer;
    }

    /** Time went on; proposes what follows for all operations. */
    void tick(long now) {
        nowMillis = now;
        List.copyOf(state.operations().running().keySet()).forEach(this::drive);
    }

    /** A server has reported; proposes what follows for the operations that concern it. */
    void reported(ServerId server) {
        List.copyOf(concerning.getOrDefault(server, List.of())).forEach(this::drive);
    }

    /** What the server is to do now for operations. */
    List<Instruction> instructionsFor(ServerId server) {
        List<Instruction> instructions = new ArrayList<>();
        for (long number : concerning.getOrDefault(server, List.of())) {
            Operation operation = state.operations().running().get(number);
            if (operation != null
                    && next(operation) instanceof DriverAct.Instruct act
                    && act.server().equals(server)) {
                instructions.add(Instructions.of(state, shardOf(operation), number, act));
            }
        }
        return instructions;
    }

    /** What each running operation waits for now, by number: sentences for people. */
    Map<Long, String> waits() {
        Map<Long, String> waits = new TreeMap<>();
        state.operations()
                .running()
                .forEach(
                        (number, operation) -> waits.put(number, next(operation).waitsFor()));
        return waits;
    }

    private void drive(long number) {
        Operation operation = state.operations().running().get(number);
        if (operation == null) {
            return;
        }
        DriverAct act = next(operation);
        if (act instanceof DriverAct.Advance advance) {
            proposals.propose(subject(operation), new AdvanceOperation(number, operation.changes(), advance.facts()));
        } else if (act instanceof DriverAct.Undo undo) {
            proposals.propose(
                    subject(operation),
                    new UndoOperation(number, operation.changes(), undo.goal(), undo.cause(), undo.epochSeen()));
        }
    }

    private static String subject(Operation operation) {
        return "operation " + operation.number();
    }

    private DriverAct next(Operation operation) {
        ManagedShard shard = shardOf(operation);
        ShardBooks books = state.booksOf(shard.record().id());
        if (books == null) {
            throw new IllegalStateException("shard " + shard.record().id() + " has no books");
        }
        boolean isPaused = state.operations().paused();
        if (isPaused && operation.isHeldByPause()) {
            // The time of a pause does not count.
            clocks.put(operation.number(), new Clock(operation.changes(), nowMillis));
        }
        return OperationDriver.next(
                operation,
                books,
                sightings.of(state, shard, operation.order()),
                nowMillis - clockOf(operation).sinceMillis(),
                isPaused,
                settings.driver());
    }

    private Clock clockOf(Operation operation) {
        Clock clock = clocks.get(operation.number());
        if (clock == null || clock.changes() != operation.changes()) {
            clock = new Clock(operation.changes(), nowMillis);
            clocks.put(operation.number(), clock);
        }
        return clock;
    }

    private ManagedShard shardOf(Operation operation) {
        ManagedShard shard = state.shards().get(operation.order().shard());
        if (shard == null) {
            throw new IllegalStateException("operation " + operation.number() + " changes a shard that does not exist");
        }
        return shard;
    }
}
