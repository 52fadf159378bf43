package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.SetReplicationFactor;
import io.ringkv.manager.state.SettleLeaders;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PolicyDeskTest {

    private static final int SERVERS = 3;
    private static final ControlSettings SETTINGS = ControlSettings.of(new LivenessLimits(500, 3_000, 10_000));

    private record Proposed(ClusterCommand command, CompletableFuture<Applied> outcome) {}

    private final Clusters.Log log = new Clusters.Log().placed(Clusters.founding(SERVERS, 12, 2));
    private final Fleet fleet = new Fleet();
    private final LivenessDetector detector = new LivenessDetector(SETTINGS.liveness());
    private final List<Proposed> proposed = new ArrayList<>();
    private long nowMillis;

    /** The log is slow: one start is known, and the others are still on their way. */
    @Test
    void whatIsAboutToStartCountsAgainstTheLimits() {
        log.apply(new SettleLeaders(List.copyOf(log.state().shards().keySet())));
        log.apply(new SetReplicationFactor(SERVERS));
        PolicyDesk desk = desk();
        int most = SERVERS * OperationLimits.USUAL.changesPerServer();

        look(desk);
        assertThat(proposed).hasSize(most);
        for (int known = 0; known < most; known++) {
            Proposed next = proposed.get(known);
            next.outcome.complete(log.apply(next.command));
            desk.update(log.state(), nowMillis);
            look(desk);
            assertThat(proposed).as("%d known", known + 1).hasSize(most);
        }
        assertThat(log.state().operations().running()).hasSize(most);
    }

    private PolicyDesk desk() {
        List<ServerId> servers = List.copyOf(log.state().servers().keySet());
        detector.lead(servers, List.of());
        for (ServerId server : servers) {
            Fleet.Reception unused = fleet.receive(server, heartbeat(server));
            detector.heard(server);
        }
        ProposalDesk proposals = new ProposalDesk(
                Clusters.Log.TERM,
                (command, term) -> {
                    Proposed next = new Proposed(command, new CompletableFuture<>());
                    proposed.add(next);
                    return next.outcome;
                },
                Runnable::run,
                news -> {});
        return new PolicyDesk(
                fleet, new ShardSightings(fleet, detector::isHeard), detector, SETTINGS, log.state(), proposals);
    }

    private void look(PolicyDesk desk) {
        nowMillis += 10_000;
        desk.tick(nowMillis);
    }

    private HeartbeatRequest heartbeat(ServerId server) {
        HeartbeatRequest.Builder heartbeat = HeartbeatRequest.newBuilder()
                .setServerId(server.value())
                .setBootId(1)
                .setSequence(1);
        for (ManagedShard shard : log.state().shards().values()) {
            List<ServerId> voters = shard.record().voters();
            if (voters.contains(server)) {
                ReplicaReport.Builder report = ReplicaReport.newBuilder()
                        .setShard(shard.record().id().value())
                        .setGroupId(IdMessages.toBytes(shard.record().group()))
                        .setLedgerState(LedgerState.LEDGER_STATE_MEMBER)
                        .setLifeCycle("RUNNING")
                        .setTerm(1)
                        .setLeaderReady(voters.get(0).equals(server))
                        .setConfigurationCommitted(true);
                voters.forEach(voter -> report.addVoters(voter.value()));
                heartbeat.addReplicas(report);
            }
        }
        return heartbeat.build();
    }
}
