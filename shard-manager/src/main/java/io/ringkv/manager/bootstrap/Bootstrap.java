package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.log.StateMessages;
import io.ringkv.manager.state.ClusterSettings;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ManagerJoinReply;
import io.ringkv.rpc.ManagerJoinRequest;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the cluster, once: the one deliberate act by which its identity comes into being.
 *
 * <p>Any member may be asked; the one with the lowest client address coordinates, so that two requests at a time cannot make
 * two clusters. It asks all members who they are, mints cluster id and group id and stores both before it tells anybody,
 * then has all others join. The group elects a leader, and that logs the creation from what every member has stored; so it
 * matters no more which member dies when. A repetition after a crash finds the stored ids and goes on with them.
 *
 * <p>Threading: requests are taken by any thread and worked on one after the other by a thread of their own, since they wait
 * for disk, Raft and others.
 */
public final class Bootstrap {

    private static final long CREATION_TIMEOUT_MILLIS = 20_000;

    private final Membership membership;
    private final Supplier<ManagerRecord> self;
    private final Supplier<ClusterState> state;
    private final Supplier<@Nullable ManagerRecord> leader;
    private final CompletableFuture<Void> created;
    private final Supplier<ClusterId> clusters;
    private final Supplier<GroupId> groups;
    private final ManagerPeers peers;
    private final ExecutorService worker;

    /**
     * A desk for requests.
     *
     * @param self this member as others reach it; its label may be a placeholder
     * @param state what the log holds so far
     * @param leader who leads, as far as is known here
     * @param created completes when the log holds a cluster
     * @param clusters mints a cluster id
     * @param groups mints a group id
     * @param worker one thread with a bounded queue
     */
    public Bootstrap(
            Membership membership,
            Supplier<ManagerRecord> self,
            Supplier<ClusterState> state,
            Supplier<@Nullable ManagerRecord> leader,
            CompletableFuture<Void> created,
            Supplier<ClusterId> clusters,
            Supplier<GroupId> groups,
            ChannelCache channels,
            ExecutorService worker) {
        this.membership = membership;
        this.self = self;
        this.state = state;
        this.leader = leader;
        this.created = created;
        this.clusters = clusters;
        this.groups = groups;
        this.peers = new ManagerPeers(channels);
        this.worker = worker;
    }

    /** A request from outside, or passed on by another member. */
    public CompletionStage<BootstrapReply> bootstrap(BootstrapRequest request) {
        return onWorker(() -> begin(request)).thenCompose(step -> step);
    }

    /** A request of the coordinating member. */
    public CompletionStage<ManagerJoinReply> join(ManagerJoinRequest request) {
        return onWorker(() -> {
            membership.join(founding(request));
            return ManagerJoinReply.getDefaultInstance();
        });
    }

    private <T> CompletionStage<T> onWorker(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, worker);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.OVERLOADED, "Other requests to create the cluster are under way", e));
        }
    }

    private Founding founding(ManagerJoinRequest request) {
        Founding founding;
        try {
            founding = new Founding(
                    IdMessages.clusterId(request.getClusterId()),
                    IdMessages.groupId(request.getGroupId()),
                    request.getManagersList().stream()
                            .map(ShardMapMessages::fromMessage)
                            .toList(),
                    StateMessages.fromMessage(request.getSettings()));
        } catch (IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "The request to join is not valid", e);
        }
        ManagerRecord own = self.get();
        boolean isMeant = founding.managers().stream().anyMatch(manager -> isSameProcess(manager, own));
        if (!isMeant) {
            throw new RingKvException(
                    ErrorCode.WRONG_SERVER,
                    "Manager " + own.id() + " at " + own.clientAddress() + " is not among those that shall join");
        }
        return founding;
    }

    /** Labels aside. */
    private static boolean isSameProcess(ManagerRecord one, ManagerRecord other) {
        return one.id().equals(other.id())
                && one.clientAddress().equals(other.clientAddress())
                && one.peerAddress().equals(other.peerAddress())
                && one.raftAddress().equals(other.raftAddress());
    }

    private CompletionStage<BootstrapReply> begin(BootstrapRequest request) {
        WantedCluster wanted = WantedCluster.of(request);
        ClusterState present = state.get();
        if (present.exists()) {
            Founding founding = present.requireFounding();
            wanted.checkAgainst(founding, identify(unknownAddresses(wanted, founding)));
            return CompletableFuture.completedFuture(
                    reply(founding, present.managers().members(), false));
        }
        ManagerRecord leading = leader.get();
        if (membership.cameLater() && leading != null) {
            return peers.bootstrap(HostPort.parse(leading.clientAddress()), request);
        }
        List<FoundMember> members = identify(wanted.addresses());
        ManagerRecord lowest = members.get(0).record();
        if (members.stream()
                .noneMatch(member -> member.record().id().equals(self.get().id()))) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The manager that was asked, at " + self.get().clientAddress() + ", is not among "
                            + wanted.addresses());
        }
        if (!lowest.id().equals(self.get().id())) {
            return peers.bootstrap(HostPort.parse(lowest.clientAddress()), request);
        }
        return CompletableFuture.completedFuture(coordinate(wanted, members));
    }

    private static List<HostPort> unknownAddresses(WantedCluster wanted, Founding founding) {
        List<String> known =
                founding.managers().stream().map(ManagerRecord::clientAddress).toList();
        return wanted.addresses().stream()
                .filter(address -> !known.contains(address.toString()))
                .toList();
    }

    /** Asks who answers at each address; lowest client address first. */
    private List<FoundMember> identify(List<HostPort> addresses) {
        Map<HostPort, CompletableFuture<FoundMember>> calls = new LinkedHashMap<>();
        for (HostPort address : addresses) {
            calls.put(address, peers.identify(address).thenApply(answer -> FoundMember.of(address, answer)));
        }
        List<FoundMember> found = new ArrayList<>();
        calls.forEach((address, call) -> found.add(ManagerPeers.await(call, "asking who is at " + address)));
        return FoundMember.lowestFirst(found);
    }

    private BootstrapReply coordinate(WantedCluster wanted, List<FoundMember> members) {
        boolean[] minted = {false};
        Founding before = membership.founding();
        FoundMember.checkFree(members, before);
        Founding founding = membership.found(() -> {
            minted[0] = true;
            return new Founding(clusters.get(), groups.get(), FoundMember.labelled(members), wanted.settings());
        });
        wanted.checkAgainst(founding, members);
        ManagerJoinRequest.Builder join = ManagerJoinRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(founding.cluster()))
                .setGroupId(IdMessages.toBytes(founding.managerGroup()))
                .setSettings(StateMessages.toMessage(founding.settings()));
        founding.managers().forEach(manager -> join.addManagers(ShardMapMessages.toMessage(manager)));
        joinOthers(founding, join.build());
        awaitCreation();
        return reply(founding, founding.managers(), minted[0]);
    }

    private void joinOthers(Founding founding, ManagerJoinRequest request) {
        ManagerId own = self.get().id();
        Map<String, CompletableFuture<ManagerJoinReply>> calls = new LinkedHashMap<>();
        for (ManagerRecord manager : founding.managers()) {
            if (!manager.id().equals(own)) {
                calls.put(manager.clientAddress(), peers.join(HostPort.parse(manager.clientAddress()), request));
            }
        }
        calls.forEach((address, call) -> {
            ManagerJoinReply unused = ManagerPeers.await(call, "having " + address + " join");
        });
    }

    private void awaitCreation() {
        try {
            created.get(CREATION_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RingKvException(ErrorCode.SHUTTING_DOWN, "Interrupted while the cluster was created", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new RingKvException(
                    ErrorCode.MANAGER_UNAVAILABLE,
                    "The managers have joined but did not elect a leader within " + CREATION_TIMEOUT_MILLIS + " ms",
                    e);
        }
    }

    private static BootstrapReply reply(Founding founding, List<ManagerRecord> members, boolean isNew) {
        ClusterSettings settings = founding.settings();
        BootstrapReply.Builder reply = BootstrapReply.newBuilder()
                .setClusterId(IdMessages.toBytes(founding.cluster()))
                .setCreated(isNew)
                .setSettings(StateMessages.toMessage(settings));
        members.forEach(manager -> reply.addManagers(ShardMapMessages.toMessage(manager)));
        return reply.build();
    }
}
