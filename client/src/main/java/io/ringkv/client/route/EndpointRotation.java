package io.ringkv.client.route;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which address to ask next for the shard map: the endpoints given, then servers and managers of the map, round after
 * round. Remembers what was wrong with each. Used by one thread.
 */
final class EndpointRotation {

    private static final Logger log = LoggerFactory.getLogger(EndpointRotation.class);

    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_LONGEST_MILLIS = 2_000;
    private static final int DOUBLINGS_MAX = 5;
    private static final int PROBLEMS_MAX = 16;

    private final List<HostPort> endpoints;
    private final RandomGenerator random;
    private final Map<HostPort, RingKvException> problems = new LinkedHashMap<>();
    private int position;
    private int candidates;
    private int failuresInRow;
    private boolean metWithoutMap;

    EndpointRotation(List<HostPort> endpoints, RandomGenerator random) {
        this.endpoints = List.copyOf(endpoints);
        this.random = random;
    }

    /** The next address. */
    HostPort next(@Nullable ShardMap map) {
        List<HostPort> all = candidates(map);
        candidates = all.size();
        HostPort chosen = all.get(position % candidates);
        position = (position + 1) % candidates;
        return chosen;
    }

    private List<HostPort> candidates(@Nullable ShardMap map) {
        Set<HostPort> all = new LinkedHashSet<>(endpoints);
        if (map != null) {
            for (ServerRecord server : map.servers()) {
                if (server.state() != ServerState.REMOVED && server.state() != ServerState.DOWN) {
                    add(all, server.clientAddress());
                }
            }
            for (ManagerRecord manager : map.managers()) {
                add(all, manager.clientAddress());
            }
        }
        return new ArrayList<>(all);
    }

    private static void add(Set<HostPort> all, String address) {
        try {
            all.add(HostPort.parse(address));
        } catch (RingKvException e) {
            log.warn("event=address-ignored reason=\"{}\"", e.getMessage());
        }
    }

    /**
     * An address was of no use.
     *
     * @return milliseconds to wait before the next is tried: none while there are some that did not fail in this round
     */
    long failed(HostPort endpoint, RingKvException reason) {
        if (problems.size() < PROBLEMS_MAX || problems.containsKey(endpoint)) {
            problems.put(endpoint, reason);
        }
        failuresInRow++;
        if (failuresInRow % Math.max(1, candidates) != 0) {
            return 0;
        }
        int round = failuresInRow / Math.max(1, candidates);
        long pauseMillis = Math.min(PAUSE_LONGEST_MILLIS, PAUSE_FIRST_MILLIS << Math.min(round - 1, DOUBLINGS_MAX));
        return pauseMillis / 2 + random.nextLong(pauseMillis / 2 + 1);
    }

    /** A process answered but knows no map. */
    void withoutMap(HostPort endpoint) {
        metWithoutMap = true;
        problems.put(endpoint, new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "It knows no shard map yet"));
    }

    /** A process gave a map. */
    void succeeded() {
        failuresInRow = 0;
        metWithoutMap = false;
        problems.clear();
    }

    /** Why there is no map. */
    RingKvException explain() {
        for (RingKvException problem : problems.values()) {
            if (problem.code() == ErrorCode.WRONG_CLUSTER) {
                return problem;
            }
        }
        StringBuilder reasons = new StringBuilder();
        problems.forEach((endpoint, problem) -> reasons.append(reasons.isEmpty() ? "" : "; ")
                .append(endpoint)
                .append(": ")
                .append(problem.details()
                        .getOrDefault(FailureStatus.REASON, problem.code().name())));
        ErrorCode code = metWithoutMap ? ErrorCode.NOT_BOOTSTRAPPED : ErrorCode.NO_ENDPOINT_REACHABLE;
        return RingKvException.builder(code)
                .sentence(
                        metWithoutMap
                                ? "None of the addresses " + endpoints + " knows a shard map yet"
                                : "None of the addresses " + endpoints + " answers")
                .reason(reasons.toString())
                .build();
    }
}
