package io.ringkv.manager.main;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.BuildVersion;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.bootstrap.Bootstrap;
import io.ringkv.manager.bootstrap.Membership;
import io.ringkv.manager.bootstrap.Preparation;
import io.ringkv.manager.control.ControlSettings;
import io.ringkv.manager.control.Leadership;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.manager.door.AdminDoor;
import io.ringkv.manager.door.ClusterDoor;
import io.ringkv.manager.door.CoordinationDoor;
import io.ringkv.manager.door.ManagerDoor;
import io.ringkv.manager.identity.KnownAddresses;
import io.ringkv.manager.identity.ManagerIdentity;
import io.ringkv.manager.identity.ManagerIdentityFormat;
import io.ringkv.manager.identity.Quarantine;
import io.ringkv.manager.identity.RunMarker;
import io.ringkv.manager.member.MemberCalls;
import io.ringkv.manager.member.MemberControl;
import io.ringkv.manager.raft.ManagerRaft;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.process.BootIdSource;
import io.ringkv.process.Closing;
import io.ringkv.process.DataDirectory;
import io.ringkv.process.Ports;
import io.ringkv.process.ProcessAddresses;
import io.ringkv.process.RunFile;
import io.ringkv.process.Threads;
import io.ringkv.raft.RatisSettings;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Listener;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One manager, running: data directory, Raft, control and doors, wired together. Several may run in one JVM.
 *
 * <p>Threading: made and closed by one thread at a time; the rest may be called by any.
 */
public final class ManagerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerProcess.class);
    private static final int CHANNELS_MAX = 16;
    private static final int BOOTSTRAP_QUEUE = 16;
    private static final int ANSWER_QUEUE = 16;
    private static final long TEND_MILLIS = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String LOG_DIRECTORY = "raft";

    private final ManagerConfig config;
    private final NanoClock clock;
    private final long startedNanos;
    private final Closing closing;
    private final ShardMapPublisher maps = new ShardMapPublisher();
    private final CompletableFuture<RingKvException> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> created = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final DataDirectory<ManagerIdentity> directory;
    private final EventLoops loops;
    private final ManagerRaft raft;
    private final ManagerControl control;
    private final MemberControl members;
    private final ChannelCache channels;
    private final ScheduledExecutorService controlThread;
    private volatile boolean stopsInOrder;
    private volatile @Nullable ManagerRecord address;

    private ManagerProcess(
            ManagerConfig config, NanoClock clock, InstantSource wallClock, String bootId, Closing closing)
            throws IOException {
        this.config = config;
        this.clock = clock;
        this.startedNanos = clock.nanos();
        this.closing = closing;
        SecureRandom random = new SecureRandom();
        this.directory = closing.add(DataDirectory.open(
                config.dataDirectory(),
                new ManagerIdentityFormat(),
                () -> ManagerIdentity.fresh(newManagerId(random))));
        Quarantine.begin(directory, directory.resolve(LOG_DIRECTORY), () -> newManagerId(random));
        ManagerRecord known = directory.identity().record();
        if (directory.identity().founding() != null) {
            directory.checkLabel(known == null ? "" : known.label(), config.label());
        }
        RunMarker marker = RunMarker.look(directory.path(), bootId);
        Ports ports = config.ports()
                .keeping(
                        config.advertiseHost(),
                        known == null ? "" : "Manager " + known.label(),
                        known == null ? null : addressesOf(known),
                        "");
        this.loops = closing.add(EventLoops.start(config.eventLoopThreads(), "manager-loop"));
        this.raft = ManagerRaft.start(directory.identity().id(), ratis(ports.raft()), clock, new Events());
        closing.add(() -> {
            // If the log cannot be closed in order, the marker stays.
            raft.close();
            if (stopsInOrder) {
                marker.end();
            }
        });
        this.controlThread = Threads.timer("manager-control");
        closing.add(() -> Threads.end(controlThread));
        this.control = new ManagerControl(
                directory.identity().id(),
                ControlSettings.of(config.liveness(), config.operations()),
                raft,
                maps,
                () -> new GroupId(UUID.randomUUID()),
                wallClock,
                clock,
                controlThread);
        this.channels = closing.add(new ChannelCache(loops, CHANNELS_MAX));
        this.members = new MemberControl(
                directory.identity().id(),
                config.members(),
                raft,
                raft.members(),
                new MemberCalls(channels),
                control::isActing,
                wallClock,
                clock,
                controlThread);
        Membership membership =
                new Membership(directory, raft, marker, control::setFounding, () -> gone.complete(null));
        openDoors(ports, membership);
        control.start();
        Threads.repeat(controlThread, members::tick, MemberControl.TICK_MILLIS);
        Threads.repeat(controlThread, raft::tend, TEND_MILLIS);
        membership.resume();
        closing.add(RunFile.write(directory.path(), "manager", self().id().toString(), addressesOf(self())));
    }

    /**
     * Starts a manager with the clocks of the machine. Returns once its doors are open; whether the group has a leader is
     * another question.
     *
     * @throws RingKvException with a code that says what is wrong: {@code PORT_IN_USE}, {@code DATA_DIRECTORY_LOCKED},
     *     {@code DATA_DIRECTORY_FOREIGN}, {@code DATA_DIRECTORY_UNREADABLE}, {@code ADDRESS_CHANGED}
     */
    public static ManagerProcess start(ManagerConfig config) {
        return start(
                config,
                NanoClock.system(),
                InstantSource.system(),
                BootIdSource.system().bootId(),
                new SimpleMeterRegistry());
    }

    /**
     * The same with other sources of what the machine tells.
     *
     * @param clock measures
     * @param wallClock time of day, for the log
     * @param bootId which run of the host's operating system this is; empty if unknown
     * @param registry where this manager's gauges are added
     */
    public static ManagerProcess start(
            ManagerConfig config, NanoClock clock, InstantSource wallClock, String bootId, MeterRegistry registry) {
        Closing closing = new Closing();
        try {
            ManagerProcess process = new ManagerProcess(config, clock, wallClock, bootId, closing);
            ManagerMetrics.bind(registry, process.raft);
            ManagerRecord self = process.self();
            LOG.info(
                    "event=manager-started manager={} client={} peer={} raft={} data={}",
                    self.id(),
                    self.clientAddress(),
                    self.peerAddress(),
                    self.raftAddress(),
                    process.directory.path());
            return process;
        } catch (IOException e) {
            closing.close();
            throw new RingKvException(ErrorCode.DATA_DIRECTORY_UNREADABLE, "The manager could not start", e);
        } catch (RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static ManagerId newManagerId(SecureRandom random) {
        long value = random.nextLong();
        return value == 0 ? newManagerId(random) : new ManagerId(value);
    }

    private RatisSettings ratis(int port) {
        return RatisSettings.defaults(
                        directory.resolve(LOG_DIRECTORY), directory.resolve("removed"), config.listenHost(), port)
                .withElectionTimeoutMillis(config.electionTimeoutMinMillis(), config.electionTimeoutMaxMillis())
                .withFreeSpaceMinBytes(config.freeSpaceMinBytes());
    }

    private void openDoors(Ports ports, Membership membership) {
        ExecutorService worker = new ThreadPoolExecutor(
                0,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(BOOTSTRAP_QUEUE),
                Threads.named("manager-bootstrap"));
        closing.add(() -> Threads.interrupt(worker));
        Bootstrap bootstrap = new Bootstrap(
                membership,
                this::self,
                raft::state,
                control::leader,
                created,
                () -> new ClusterId(UUID.randomUUID()),
                () -> new GroupId(UUID.randomUUID()),
                channels,
                worker);
        Listener peer = listen("peer", ports.peer());
        Listener client = listen("client", ports.client());
        address = new ManagerRecord(
                directory.identity().id(),
                config.label().isEmpty() ? "m" : config.label(),
                advertised(client.port()),
                advertised(peer.port()),
                advertised(raft.port()));
        ExecutorService answers = new ThreadPoolExecutor(
                0,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(ANSWER_QUEUE),
                Threads.named("manager-answers"),
                (task, full) -> {
                    throw new RingKvException(
                            ErrorCode.OVERLOADED, ANSWER_QUEUE + " questions wait for an answer, as many as may");
                });
        closing.add(() -> Threads.interrupt(answers));
        ClusterDoor cluster =
                closing.add(new ClusterDoor(control, members, maps, this::identity, loops.next(), channels));
        KnownAddresses addresses = KnownAddresses.read(directory.path());
        peer.serve(new CoordinationDoor(control, members, new Preparation(membership, addresses::write, worker))
                .bindService());
        client.serve(
                cluster.bindService(),
                new ManagerDoor(bootstrap).bindService(),
                new AdminDoor(control, members, answers, channels).bindService());
        attend(membership, addresses, worker, client.port());
    }

    private void attend(Membership membership, KnownAddresses addresses, ExecutorService worker, int clientPort) {
        new Attendance(
                        directory,
                        raft,
                        control,
                        membership,
                        addresses,
                        maps,
                        worker,
                        this::record,
                        // One that was replaced has addresses of its former life.
                        !config.join().isEmpty() || !addresses.all().isEmpty(),
                        gone,
                        failure)
                .begin(config.join(), HostPort.parse(advertised(clientPort)), new MemberCalls(channels), controlThread);
    }

    private String advertised(int port) {
        return new HostPort(config.advertiseHost(), port).toString();
    }

    private Listener listen(String door, int port) {
        return closing.add(Listener.listen(door, config.listenHost(), port, Limits.MAX_FRAME_BYTES, loops));
    }

    private static ProcessAddresses addressesOf(ManagerRecord manager) {
        return new ProcessAddresses(manager.clientAddress(), manager.peerAddress(), manager.raftAddress());
    }

    /** This manager as others reach it; its label is a placeholder until the cluster exists, unless one is configured. */
    public ManagerRecord self() {
        ManagerRecord known = directory.identity().record();
        ManagerRecord own = known == null ? address : known;
        if (own == null) {
            throw new RingKvException(ErrorCode.STARTING, "This manager is starting");
        }
        return own;
    }

    private ProcessIdentity identity() {
        ClusterId cluster = directory.identity().cluster();
        ProcessIdentity.Builder identity = ProcessIdentity.newBuilder()
                .setManager(record())
                .setVersion(BuildVersion.current())
                .setUptimeMillis((clock.nanos() - startedNanos) / NANOS_PER_MILLI);
        if (cluster != null) {
            identity.setClusterId(IdMessages.toBytes(cluster));
        }
        return identity.build();
    }

    /** This manager as others reach it; without label while none is known or configured. */
    private io.ringkv.rpc.ManagerRecord record() {
        io.ringkv.rpc.ManagerRecord.Builder record = ShardMapMessages.toMessage(self()).toBuilder();
        if (directory.identity().record() == null) {
            record.setLabel(config.label());
        }
        return record.build();
    }

    /** The state of the cluster as far as this manager has applied its log. */
    public ClusterState state() {
        return raft.state();
    }

    /** Who leads the group, as this manager sees it. */
    public Leadership leadership() {
        return raft.leadership();
    }

    /** Whether this manager leads its group and has caught up. */
    public boolean isLeader() {
        return leadership().isLeader();
    }

    /** Completes with the reason if this manager can no longer do its part; the process should then end. */
    public CompletableFuture<RingKvException> failure() {
        return failure;
    }

    /**
     * Completes when this manager has learned that it is no member any more, and written that down: the process should close
     * it and start it again in the same directory, where it then stands by under a new id.
     */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** Stops in good order: leadership goes to another member first, bounded in time. */
    @Override
    public void close() {
        raft.handLeadershipAway(config.stopTimeoutMillis());
        stopsInOrder = true;
        closeNow();
    }

    /** Stops at once: the other members notice by silence. */
    public void closeNow() {
        closing.close();
        LOG.info("event=manager-stopped manager={}", directory.identity().id());
    }

    /** From Raft to the rest. */
    private final class Events implements ManagerRaft.Listener {

        @Override
        public void changed() {
            if (raft.state().exists()) {
                created.complete(null);
            }
            control.logChanged();
        }

        @Override
        public void failed(RingKvException reason) {
            if (!directory.identity().isGone() && failure.complete(reason)) {
                LOG.error("event=manager-failed reason=\"{}\"", reason.getMessage());
            }
        }
    }
}
