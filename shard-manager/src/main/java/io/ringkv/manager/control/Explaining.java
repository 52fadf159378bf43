package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.placement.Finding;
import io.ringkv.manager.placement.PlacementChecker;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.placement.Planner;
import io.ringkv.manager.placement.Proposal;
import io.ringkv.manager.placement.ShardView;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ExplainQuestion;
import io.ringkv.rpc.ExplainedFact;
import io.ringkv.rpc.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says why a shard or a server is as it is, what it waits for, and what it survives. Needs nothing of the control thread, and
 * may take long; one instance answers one question.
 */
final class Explaining {

    private static final int LISTED = 20;

    private final ClusterState state;
    private final PlacementView view;
    private final Map<ShardId, Set<ServerId>> well;
    private final Map<Long, String> waits;
    private final Explanation.Builder told = Explanation.newBuilder();

    /**
     * What is known at one instant.
     *
     * @param well of each shard the servers whose replica takes part, is complete, and is heard
     * @param waits by number, what each running operation waits for
     */
    Explaining(ClusterState state, PlacementView view, Map<ShardId, Set<ServerId>> well, Map<Long, String> waits) {
        this.state = state;
        this.view = view;
        this.well = well;
        this.waits = waits;
    }

    /**
     * The answer.
     *
     * @throws RingKvException {@code SHARD_NOT_FOUND} or {@code SERVER_NOT_FOUND}
     */
    Answer answer(ExplainQuestion question) {
        if (question.getShard() != 0) {
            explainShard(question.getShard());
        } else {
            explainServer(AdminDesk.find(state, question.getServer()));
        }
        return Answer.newBuilder().setExplain(told).build();
    }

    private void tell(String name, String text) {
        told.addFacts(ExplainedFact.newBuilder().setName(name).setText(text));
    }

    private void explainShard(int number) {
        ManagedShard shard = state.shards().values().stream()
                .filter(candidate -> candidate.record().id().value() == number)
                .findFirst()
                .orElseThrow(() -> new RingKvException(ErrorCode.SHARD_NOT_FOUND, "There is no shard " + number));
        ShardId id = shard.record().id();
        List<ServerId> voters = shard.record().voters();
        ServerId leader = view.shards().stream()
                .filter(candidate -> candidate.shard().equals(id))
                .map(ShardView::leader)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        tell("replicas", voters.stream().map(this::place).collect(Collectors.joining(", ")));
        tell("leader", leader == null ? "nobody is known to lead" : label(leader));
        tell("placed by", placedBy(shard));
        tell("survives", survives(voters.size(), wellOf(id).size()));
        Operation running = state.operations().of(id);
        tell("under way", running == null ? "nothing" : describe(running));
        List<Finding> findings = PlacementChecker.check(view);
        tellFindings(
                findings.stream().filter(finding -> id.equals(finding.shard())).toList(),
                Planner.propose(view, findings).stream()
                        .filter(proposal -> proposal.shard().equals(id))
                        .toList());
    }

    private void explainServer(ServerId id) {
        RegisteredServer server = Objects.requireNonNull(state.servers().get(id));
        List<ManagedShard> held = state.shardsOn(id);
        tell(
                "server",
                place(id) + ", " + server.record().state() + ", at "
                        + server.record().clientAddress());
        if (server.draining()) {
            tell("draining", "It is being emptied; " + held.size() + " replicas are left.");
        }
        if (server.maintenance() != null) {
            tell("maintenance", "It leads nothing, is given nothing, and what it lacks is not repaired.");
        }
        long leads = view.shards().stream()
                .filter(shard -> id.equals(shard.leader()))
                .count();
        tell("holds", held.size() + " replicas, and leads " + leads + " of them");
        tell("without it", without(id, held));
        List<Operation> running = state.operations().concerning(id);
        tell(
                "under way",
                running.isEmpty()
                        ? "nothing"
                        : running.stream().limit(LISTED).map(this::describe).collect(Collectors.joining(" ")));
        List<Finding> findings = PlacementChecker.check(view);
        tellFindings(
                findings.stream().filter(finding -> id.equals(finding.server())).toList(),
                Planner.propose(view, findings).stream()
                        .filter(proposal -> proposal.change().concerns(id))
                        .toList());
    }

    /** How many more servers may be lost. */
    private static String survives(int voters, int well) {
        int more = well - (voters / 2 + 1);
        String now = well + " of " + voters + " replicas are well";
        if (more < 0) {
            return now + ", which is no majority: it cannot serve.";
        }
        return now + ": it survives the loss of " + more + (more == 1 ? " more server." : " more servers.");
    }

    private String without(ServerId id, List<ManagedShard> held) {
        if (held.isEmpty()) {
            return "Nothing would be missed: it can be removed.";
        }
        List<String> endangered = new ArrayList<>();
        for (ManagedShard shard : held) {
            long others = wellOf(shard.record().id()).stream()
                    .filter(server -> !server.equals(id))
                    .count();
            if (others <= shard.record().voters().size() / 2) {
                endangered.add(shard.record().id().toString());
            }
        }
        return endangered.isEmpty()
                ? "All its shards would go on."
                : "Shards " + endangered.stream().limit(LISTED).collect(Collectors.joining(", "))
                        + (endangered.size() > LISTED ? " and others" : "") + " would have no majority.";
    }

    /** The last operation that changed its voters and is still remembered, else first placement. */
    private String placedBy(ManagedShard shard) {
        List<Operation> finished = state.operations().finished();
        for (int i = finished.size() - 1; i >= 0; i--) {
            Operation operation = finished.get(i);
            if (operation.order().shard().equals(shard.record().id())
                    && operation.order().kind().changesVoters()
                    && operation.status() == OperationStatus.DONE) {
                return "operation " + operation.number() + ": "
                        + operation.order().reason();
            }
        }
        return shard.isAsFirstPlaced() ? "first placement" : "an operation that is no longer remembered";
    }

    private String describe(Operation operation) {
        String wait = waits.getOrDefault(operation.number(), "");
        String cause = (wait.isEmpty() ? "" : " It waits for " + wait + ".")
                + (operation.cause().isEmpty() ? "" : " Last trouble: " + operation.cause());
        return "Operation " + operation.number() + " (" + operation.order().kind() + ", shard "
                + operation.order().shard() + ") is at " + operation.step() + ", attempt " + operation.attempt() + ": "
                + operation.order().reason() + cause;
    }

    private void tellFindings(List<Finding> findings, List<Proposal> proposals) {
        findings.stream().limit(LISTED).forEach(finding -> tell("wrong", finding.sentence()));
        // Remedies of findings say the same once more.
        proposals.stream()
                .filter(proposal -> findings.stream().noneMatch(finding -> proposal.equals(finding.remedy())))
                .limit(LISTED)
                .forEach(proposal -> tell(
                        "proposed", proposal.reason() + " (" + proposal.rule().text() + ": " + proposal.gain() + ")"));
        if (findings.isEmpty() && proposals.isEmpty()) {
            tell("waits for", "nothing: all is as it should be");
        }
    }

    private Set<ServerId> wellOf(ShardId shard) {
        return well.getOrDefault(shard, Set.of());
    }

    private String label(ServerId server) {
        return Answers.label(state, server);
    }

    private String place(ServerId server) {
        RegisteredServer known = state.servers().get(server);
        String zone = known == null ? "" : known.record().zone();
        return label(server) + (zone.isEmpty() ? "" : " (zone " + zone + ")");
    }
}
