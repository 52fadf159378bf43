package io.ringkv.manager.cluster;

import com.google.protobuf.ByteString;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A KV server as far as the manager can tell: registers, reports, and obeys, without any data. Follows redirects. Used by
 * one thread.
 */
final class FakeServer {

    private final ManagerGroup managers;
    private final long id;
    private final long bootId;
    private final Map<Integer, ReplicaReport> replicas = new TreeMap<>();
    private final List<Instruction> received = new ArrayList<>();
    private ByteString cluster = ByteString.EMPTY;
    private String managerAddress = "";
    private long sequence;
    private long ringEpochSeen;

    FakeServer(ManagerGroup managers, long id, long bootId) {
        this.managers = managers;
        this.id = id;
        this.bootId = bootId;
    }

    static FakeServer of(ManagerGroup managers, int number) {
        return new FakeServer(managers, 100 + number, number);
    }

    FakeServer inCluster(ByteString clusterId) {
        cluster = clusterId;
        return this;
    }

    /** It believes that this manager leads. */
    FakeServer at(int manager) {
        managerAddress = managers.peerAddress(manager);
        return this;
    }

    FakeServer havingSeen(long ringEpoch) {
        ringEpochSeen = ringEpoch;
        return this;
    }

    /** One attempt at the manager with this index, or where it redirects. */
    RegisterReply register(int manager) {
        RegisterReply reply = register(managers.peerAddress(manager));
        if (reply.hasLeader()) {
            reply = register(reply.getLeader().getPeerAddress());
        }
        if (!reply.hasRefusal() && !reply.hasLeader()) {
            cluster = reply.getClusterId();
        }
        return reply;
    }

    private RegisterReply register(String address) {
        managerAddress = address;
        return stub().register(RegisterRequest.newBuilder()
                .setClusterId(cluster)
                .setServer(ServerRecord.newBuilder()
                        .setServerId(id)
                        .setClientAddress("127.0.0.1:" + (20_000 + id))
                        .setPeerAddress("127.0.0.1:" + (21_000 + id))
                        .setRaftAddress("127.0.0.1:" + (22_000 + id)))
                .setVersion("test")
                .setLevelHighest(1)
                .setLedgerReplicas(replicas.size())
                .setRingEpochSeen(ringEpochSeen)
                .build());
    }

    /** One heartbeat to whoever led last; obeys what it is told. */
    HeartbeatReply heartbeat() {
        sequence++;
        HeartbeatReply reply = stub().heartbeat(HeartbeatRequest.newBuilder()
                .setClusterId(cluster)
                .setServerId(id)
                .setBootId(bootId)
                .setSequence(sequence)
                .setRingEpochSeen(ringEpochSeen)
                .addAllReplicas(replicas.values())
                .build());
        if (reply.hasLeader()) {
            managerAddress = reply.getLeader().getPeerAddress();
        }
        ringEpochSeen = Math.max(ringEpochSeen, reply.getRingEpoch());
        received.addAll(reply.getInstructionsList());
        reply.getInstructionsList().forEach(this::obey);
        return reply;
    }

    private CoordinationGrpc.CoordinationBlockingStub stub() {
        return CoordinationGrpc.newBlockingStub(managers.channels().to(HostPort.parse(managerAddress)))
                .withDeadlineAfter(3, TimeUnit.SECONDS);
    }

    private void obey(Instruction instruction) {
        if (instruction.hasCreate()) {
            // The last voter of the list wins the first election, so that every leader has to be moved.
            boolean leads = instruction
                            .getCreate()
                            .getVoters(instruction.getCreate().getVotersCount() - 1)
                            .getServerId()
                    == id;
            replicas.put(instruction.getShard(), report(instruction, leads));
        } else if (instruction.hasTransferLeader()) {
            replicas.computeIfPresent(
                    instruction.getShard(),
                    (shard, report) -> report.toBuilder().setLeaderReady(false).build());
        }
    }

    private static ReplicaReport report(Instruction instruction, boolean leads) {
        return ReplicaReport.newBuilder()
                .setShard(instruction.getShard())
                .setGroupId(instruction.getGroupId())
                .setIncarnation(instruction.getIncarnation())
                .setLedgerState(LedgerState.LEDGER_STATE_MEMBER)
                .setLifeCycle("RUNNING")
                .setLeaderReady(leads)
                .setTerm(1)
                .build();
    }

    /** Leadership of the shard arrives here, as the end of a transfer. */
    void lead(int shard) {
        replicas.computeIfPresent(
                shard,
                (key, report) -> report.toBuilder()
                        .setLeaderReady(true)
                        .setTerm(report.getTerm() + 1)
                        .build());
    }

    long id() {
        return id;
    }

    List<Instruction> received() {
        return received;
    }

    Map<Integer, ReplicaReport> replicas() {
        return replicas;
    }
}
