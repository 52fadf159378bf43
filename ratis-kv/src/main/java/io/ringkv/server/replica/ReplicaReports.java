package io.ringkv.server.replica;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.LogPosition;
import io.ringkv.raft.RaftDivision;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ReplicaDigests;
import io.ringkv.server.shard.ShardMeta;
import org.jspecify.annotations.Nullable;

/** Says in a message what is known of one replica. */
final class ReplicaReports {
    private ReplicaReports() {}

    /** @param instructionFailure what came of the last instruction that could not be carried out; empty = nothing */
    static ReplicaReport of(LedgerEntry entry, @Nullable HostedReplica replica, String instructionFailure) {
        ReplicaReport.Builder report = ReplicaReport.newBuilder()
                .setShard(entry.shard().value())
                .setGroupId(IdMessages.toBytes(entry.group()))
                .setIncarnation(entry.incarnation())
                .setLedgerState(stateOf(entry.state()))
                .setLedgerReplicaEpoch(entry.replicaEpoch())
                .setInstructionFailure(instructionFailure);
        if (replica == null || entry.state() == LedgerEntry.State.LOST) {
            return report.setLifeCycle("ABSENT").setFailure(entry.reason()).build();
        }
        // All of it changes meanwhile, so in this order: the fence that was applied, then who is staged, then the
        // voters. Whoever
        // is no longer staged then shows among the voters, if it became one; and under an older fence nobody is staged
        // after
        // that fence was applied.
        addState(report, replica);
        addDivision(report, replica);
        return report.build();
    }

    private static LedgerState stateOf(LedgerEntry.State state) {
        return switch (state) {
            case PREPARED, JOINING -> LedgerState.LEDGER_STATE_PREPARED;
            case MEMBER -> LedgerState.LEDGER_STATE_MEMBER;
            case REMOVED -> LedgerState.LEDGER_STATE_REMOVED;
            case LOST -> LedgerState.LEDGER_STATE_LOST;
        };
    }

    private static void addDivision(ReplicaReport.Builder report, HostedReplica replica) {
        RaftDivision division = replica.raftDivision();
        long staged = division == null ? 0 : division.staged();
        DivisionState state = division == null ? DivisionState.ABSENT : division.state();
        ReplicaCondition condition = replica.condition();
        String failure = replica.failure();
        report.setLifeCycle(division == null ? condition.phase().name() : state.lifeCycle())
                .setRole(state.role())
                .setTerm(state.term())
                .setLeaderReady(state.running() && state.ready())
                .setLeaderHint(state.leaderHint())
                .setCommitIndex(Math.max(0, state.commitIndex()))
                .addAllVoters(state.voters().stream().sorted().toList())
                .setConfigurationTransitional(!state.previousVoters().isEmpty())
                .setConfigurationIndex(Math.max(0, state.configurationIndex()))
                .setConfigurationCommitted(state.configurationCommitted())
                .setFailure(failure != null ? failure : condition.trouble());
        if (division != null && state.running()) {
            report.setConfigurationTerm(division.configurationTerm());
            report.setStagedServer(staged);
            LogPosition last = division.lastLogged();
            report.setLastLogTerm(Math.max(0, last.term())).setLastLogIndex(Math.max(0, last.index()));
            for (FollowerProgress follower : division.followers()) {
                report.addFollowers(FollowerReport.newBuilder()
                        .setServerId(follower.id())
                        .setMatchIndex(Math.max(0, follower.matchIndex()))
                        .setSilentMillis(Math.max(0, follower.silentMillis())));
            }
        }
    }

    private static void addDigests(ReplicaReport.Builder report, @Nullable ReplicaDigests digests) {
        if (digests == null || digests.applied().index() < 0) {
            return;
        }
        report.setStateDigest(DigestMessages.of(digests.applied()));
        ReplicaDigests.At mark = digests.mark();
        if (mark != null) {
            report.setMarkDigest(DigestMessages.of(mark));
        }
    }

    private static void addState(ReplicaReport.Builder report, HostedReplica replica) {
        ShardMeta meta = replica.meta();
        EngineStats stats = replica.stats();
        report.setAppliedIndex(Math.max(0, replica.appliedIndex()))
                .setKeys(stats.keys())
                .setDataBytes(stats.dataBytes());
        addDigests(report, replica.digests());
        if (meta != null) {
            report.setRangeEpoch(meta.rangeEpoch())
                    .setReplicaEpoch(meta.replicaEpoch())
                    .setFenceOperation(meta.currentOperation())
                    .setRevision(meta.revision());
        }
    }
}
