package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server shall be no part of the cluster any more, for ever. Refused while a shard record names it; by force also then,
 * if it is DOWN and every such shard keeps a majority of voters that are not: its replicas are then replaced like those of
 * any dead server, only that it can never come back with them.
 *
 * <p>A leader's decision, because with force the leader has looked at the health of those that stay.
 *
 * @param server which
 * @param force whether shard records may name it
 */
public record RemoveServer(ServerId server, boolean force) implements ClusterCommand {

    private static final int SHARDS_NAMED = 10;

    /** May not be null. */
    public RemoveServer {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public Decision decide(ClusterState state) {
        RegisteredServer known = state.servers().get(server);
        if (known == null) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        if (!known.isPresent()) {
            return Decision.nothing();
        }
        List<ManagedShard> held = state.shardsOn(server);
        Operation coming = operationTo(state);
        if (coming != null && !force) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Operation " + coming.number() + " brings a replica of shard "
                            + coming.order().shard() + " to server "
                            + known.record().label(),
                    "Wait until it is over, or cancel it.");
        }
        if (held.isEmpty() && known.isUsable() && state.usableServersWithout(server) < state.replicationFactor()) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Without server " + known.record().label() + " there are " + state.usableServersWithout(server)
                            + " usable servers for a replication factor of " + state.replicationFactor(),
                    "Add a server first, or lower the factor: ringkv cluster set replication-factor N.");
        }
        if (held.isEmpty()) {
            return Decision.of(new ServerRemoved(server, List.of()));
        }
        return force ? decideByForce(state, known, held) : refuse(state, known, held);
    }

    private @Nullable Operation operationTo(ClusterState state) {
        return state.operations().running().values().stream()
                .filter(operation -> server.equals(operation.order().target()))
                .findFirst()
                .orElse(null);
    }

    private Decision decideByForce(ClusterState state, RegisteredServer known, List<ManagedShard> held) {
        String label = known.record().label();
        if (known.record().state() != ServerState.DOWN) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Server " + label + " is " + known.record().state() + "; only a server that is DOWN can be removed"
                            + " with its replicas",
                    "Drain it: ringkv server drain " + label + ".");
        }
        List<ManagedShard> lost =
                held.stream().filter(shard -> !keepsMajority(state, shard)).toList();
        if (!lost.isEmpty()) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Without server " + label + " " + name(lost)
                            + " would have no majority of voters for ever, and what"
                            + " was written to it would be lost",
                    "Bring back this server, or another one that holds the same shards.");
        }
        return Decision.of(new ServerRemoved(
                server, held.stream().map(shard -> shard.record().id()).toList()));
    }

    private Decision refuse(ClusterState state, RegisteredServer known, List<ManagedShard> held) {
        String label = known.record().label();
        String sentence = "Server " + label + " holds a replica of " + name(held);
        if (known.record().state() != ServerState.DOWN) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    sentence,
                    "Empty it first: ringkv server drain " + label + " --wait; then remove it.");
        }
        long lost = held.stream().filter(shard -> !keepsMajority(state, shard)).count();
        String advice = lost > 0
                ? "Bring it back: " + lost + " of these shards have no majority without it."
                : "Wait until its replicas are replaced; or use --force: no acknowledged write is lost then, the shards"
                        + " go on with one replica less until they are repaired, and the server can never come back.";
        return Decision.refuse(ErrorCode.SAFETY_REFUSED, sentence, advice);
    }

    private boolean keepsMajority(ClusterState state, ManagedShard shard) {
        List<ServerId> voters = shard.record().voters();
        long alive = voters.stream()
                .filter(voter -> !voter.equals(server))
                .filter(voter -> {
                    ServerState other = state.stateOf(voter);
                    return other == ServerState.ACTIVE || other == ServerState.DRAINING;
                })
                .count();
        return alive > voters.size() / 2;
    }

    /** For example {@code 3 shards (1, 2, 5)}; not all of very many. */
    public static String name(List<ManagedShard> shards) {
        List<String> numbers = new ArrayList<>(
                shards.stream().map(shard -> shard.record().id().toString()).toList());
        if (numbers.size() == 1) {
            return "shard " + numbers.get(0);
        }
        String named = numbers.stream().limit(SHARDS_NAMED).collect(Collectors.joining(", "));
        return numbers.size() + " shards (" + named + (numbers.size() > SHARDS_NAMED ? ", ...)" : ")");
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.remove(this);
    }
}
