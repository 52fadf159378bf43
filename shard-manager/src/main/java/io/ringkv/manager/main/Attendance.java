package io.ringkv.manager.main;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.manager.bootstrap.Membership;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.manager.identity.KnownAddresses;
import io.ringkv.manager.identity.ManagerIdentity;
import io.ringkv.manager.member.Attendant;
import io.ringkv.manager.member.MemberCalls;
import io.ringkv.manager.raft.ManagerRaft;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.DataDirectory;
import io.ringkv.process.Threads;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process tells the leading manager of itself, and what it makes of the answers. Used on the control thread. */
final class Attendance implements Attendant.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);

    private final DataDirectory<ManagerIdentity> directory;
    private final ManagerRaft raft;
    private final ManagerControl control;
    private final Membership membership;
    private final KnownAddresses addresses;
    private final ShardMapPublisher maps;
    private final Executor worker;
    private final Supplier<io.ringkv.rpc.ManagerRecord> record;
    private final boolean shallJoin;
    private final CompletableFuture<Void> gone;
    private final CompletableFuture<RingKvException> failure;
    private List<HostPort> given = List.of();
    private List<String> remembered = List.of();

    /**
     * An attendance.
     *
     * @param worker waits for the disk; one thread with a bounded queue
     * @param record this manager as it says of itself
     * @param shallJoin it stands by also while it belongs to no cluster
     * @param gone is completed when this is no member any more
     * @param failure is completed when it must not take part
     */
    Attendance(
            DataDirectory<ManagerIdentity> directory,
            ManagerRaft raft,
            ManagerControl control,
            Membership membership,
            KnownAddresses addresses,
            ShardMapPublisher maps,
            Executor worker,
            Supplier<io.ringkv.rpc.ManagerRecord> record,
            boolean shallJoin,
            CompletableFuture<Void> gone,
            CompletableFuture<RingKvException> failure) {
        this.directory = directory;
        this.raft = raft;
        this.control = control;
        this.membership = membership;
        this.addresses = addresses;
        this.maps = maps;
        this.worker = worker;
        this.record = record;
        this.shallJoin = shallJoin;
        this.gone = gone;
        this.failure = failure;
    }

    /** Addresses at which to look for the cluster: those that are configured, and those at which it answered last. */
    private List<HostPort> given(List<HostPort> configured) {
        Set<HostPort> all = new LinkedHashSet<>(configured);
        addresses.all().stream().map(HostPort::parse).forEach(all::add);
        Founding founding = directory.identity().founding();
        if (founding != null) {
            founding.managers().forEach(manager -> all.add(HostPort.parse(manager.clientAddress())));
        }
        return List.copyOf(all);
    }

    /** A member writes down who it could ask, should it come back when all others have been replaced. */
    private void remember(ClusterState state) {
        List<String> all = new ArrayList<>();
        state.managers().members().forEach(manager -> all.add(manager.clientAddress()));
        state.managers().standbys().forEach(manager -> all.add(manager.clientAddress()));
        state.shardMap().servers().stream()
                .filter(server -> server.state() != ServerState.REMOVED)
                .forEach(server -> all.add(server.clientAddress()));
        if (!all.equals(remembered)) {
            remembered = all;
            onWorker(() -> addresses.write(all));
        }
    }

    /** Says that this manager is there, from now on. */
    void begin(List<HostPort> configured, HostPort address, MemberCalls calls, ScheduledExecutorService thread) {
        given = given(configured);
        Attendant attendant = new Attendant(this::self, calls, given, address, this, thread);
        Threads.repeat(
                thread,
                () -> {
                    ClusterState state = raft.state();
                    if (state.exists()) {
                        attendant.learn(state.shardMap(), state.managers().standbys());
                        remember(state);
                    }
                    attendant.tick();
                },
                Attendant.TICK_MILLIS);
    }

    /** What to say; null while there is nothing to say. */
    Attendant.@Nullable Self self() {
        ManagerIdentity identity = directory.identity();
        boolean isSomebody = identity.cluster() != null || shallJoin;
        if (!isSomebody || identity.isGone() || raft.leadership().isLeader()) {
            return null;
        }
        return new Attendant.Self(
                identity.cluster(),
                record.get(),
                identity.isMember(),
                identity.preparedBy(),
                raft.leadership().leader() == null ? null : control.leader());
    }

    @Override
    public void registered(ClusterId cluster, ManagerRecord known, List<String> answering) {
        onWorker(() -> {
            membership.standsBy(cluster, known);
            addresses.write(answering);
        });
    }

    @Override
    public void mapChanged(ShardMap map) {
        if (!raft.state().exists()) {
            maps.publish(map);
        }
    }

    @Override
    public void leaderSeen(ManagerRecord leader) {
        control.leaderIsElsewhere(leader);
    }

    @Override
    public void gone() {
        LOG.warn(
                "event=manager-gone manager={} reason=\"it was replaced while it was away; it stands by under a new id\"",
                directory.identity().id());
        List<String> known = given.stream().map(HostPort::toString).toList();
        onWorker(() -> {
            if (addresses.all().isEmpty()) {
                // All that its next life begins with.
                addresses.write(known);
            }
            membership.isGone();
            gone.complete(null);
        });
    }

    @Override
    public void refused(RingKvException reason) {
        if (failure.complete(reason)) {
            LOG.error("event=manager-refused reason=\"{}\"", reason.getMessage());
        }
    }

    private void onWorker(Runnable work) {
        try {
            worker.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.info("event=attendance-deferred reason=\"{}\"", e.getMessage());
        }
    }
}
