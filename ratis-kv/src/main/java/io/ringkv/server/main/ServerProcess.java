package io.ringkv.server.main;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.ringkv.common.BuildVersion;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.process.BootIdSource;
import io.ringkv.process.Closing;
import io.ringkv.process.DataDirectory;
import io.ringkv.process.Ports;
import io.ringkv.process.ProcessAddresses;
import io.ringkv.process.RunFile;
import io.ringkv.process.Threads;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Listener;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.server.agent.AdminRelay;
import io.ringkv.server.agent.AgentIdentity;
import io.ringkv.server.agent.AgentListener;
import io.ringkv.server.agent.ManagerAgent;
import io.ringkv.server.agent.ServerClusterService;
import io.ringkv.server.agent.ShardMapFile;
import io.ringkv.server.barrier.GrpcPeerConfirmations;
import io.ringkv.server.barrier.TermBarrier;
import io.ringkv.server.barrier.TermConfirmationService;
import io.ringkv.server.batch.BatchMetrics;
import io.ringkv.server.batch.LogEntryWriter;
import io.ringkv.server.batch.ShardBatchers;
import io.ringkv.server.disk.DiskWatch;
import io.ringkv.server.door.DoorMetrics;
import io.ringkv.server.door.Freshness;
import io.ringkv.server.door.KvService;
import io.ringkv.server.door.ProvenFreshness;
import io.ringkv.server.door.ServingState;
import io.ringkv.server.engine.EngineSettings;
import io.ringkv.server.engine.ReplicaEngines;
import io.ringkv.server.engine.SnapshotPermit;
import io.ringkv.server.identity.ServerIdentity;
import io.ringkv.server.identity.ServerIdentityFormat;
import io.ringkv.server.log.LogFormat;
import io.ringkv.server.probe.Sightings;
import io.ringkv.server.replica.RatisReplicaHost;
import io.ringkv.server.replica.ReplicaHostConfig;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One KV server, running: data directory, replicas, barrier, doors and the agent that keeps in touch with the manager,
 * wired together. Several may run in one JVM.
 *
 * <p>Threading: made and closed by one thread at a time; the rest may be called by any.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final int CHANNELS_MAX = 64;
    private static final int REPLICA_TICK_MILLIS = 250;
    private static final long ANNOUNCE_MILLIS = 500;
    private static final int DISK_LOOK_MILLIS = 1_000;
    private static final long DRAIN_MILLIS = 1_000;

    /** Above the largest legal frame, so that a somewhat larger one is refused by its own code and not cut by gRPC. */
    private static final int CLIENT_MESSAGE_BYTES_MAX = 2 * Limits.MAX_FRAME_BYTES;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ServerConfig config;
    private final NanoClock clock = NanoClock.system();
    private final InstantSource wallClock = InstantSource.system();
    private final long startedNanos = clock.nanos();
    private final MeterRegistry meters;
    private final Closing closing;
    private final CompletableFuture<RingKvException> failure = new CompletableFuture<>();
    private final ShardMapPublisher maps = new ShardMapPublisher();
    private final DataDirectory<ServerIdentity> directory;
    private final ProcessAddresses addresses;
    private final RatisReplicaHost host;
    private final DiskWatch disk;
    private final KvService kv;
    private final ManagerAgent agent;
    private volatile ByteString cluster;

    private ServerProcess(ServerConfig config, MeterRegistry meters, Closing closing) throws IOException {
        this.config = config;
        this.meters = meters;
        this.closing = closing;
        SecureRandom random = new SecureRandom();
        this.directory = closing.add(DataDirectory.open(
                config.dataDirectory(), new ServerIdentityFormat(), () -> ServerIdentity.fresh(newServerId(random))));
        ServerIdentity identity = directory.identity();
        directory.checkLabel(identity.label(), config.label());
        this.cluster = identity.cluster() == null ? ByteString.EMPTY : IdMessages.toBytes(identity.cluster());
        Ports ports = Ports.from(config.basePort())
                .keeping(
                        config.advertiseHost(),
                        "Server " + identity.label(),
                        identity.addresses(),
                        ", or start with an empty data directory to join as a new server and remove this one");

        EventLoops loops = closing.add(EventLoops.start(config.eventLoopThreads(), "server-loop"));
        EventLoop loop = loops.next();
        Listener peerDoor =
                closing.add(Listener.listen("peer", config.listenHost(), ports.peer(), Limits.MAX_FRAME_BYTES, loops));
        Listener clientDoor = closing.add(
                Listener.listen("client", config.listenHost(), ports.client(), CLIENT_MESSAGE_BYTES_MAX, loops));
        this.disk = DiskWatch.start(new DataDirectorySpace(directory.path()), config.disk());
        this.host = startReplicas(identity.id(), ports.raft());
        this.addresses = new ProcessAddresses(
                advertised(clientDoor.port()), advertised(peerDoor.port()), advertised(host.port()));

        PeerAddresses peerAddresses = new PeerAddresses();
        maps.addListener(() -> maps.current().ifPresent(peerAddresses::update));
        GrpcPeerConfirmations peers = closing.add(new GrpcPeerConfirmations(loops, loop, peerAddresses));
        TermBarrier barrier = closing.add(
                new TermBarrier(() -> cluster, identity.id(), loop, peers, clock, config.barrier(), meters));
        Sightings seen = Probing.begin(config.probes(), identity.id(), () -> cluster, maps, peers, loop, clock);
        peerDoor.serve(
                new TermConfirmationService(() -> cluster, identity.id(), host::replica, seen::asked).bindService());

        ScheduledThreadPoolExecutor timer = Threads.timer("server-timer");
        closing.add(() -> Threads.end(timer));
        ChannelCache channels = closing.add(new ChannelCache(loops, CHANNELS_MAX));
        ProvenFreshness freshness = new ProvenFreshness(host, barrier, new KvLeaderQuestions(maps, channels), clock);
        Threads.repeat(timer, freshness::tick, config.freshnessMillis());
        this.kv = newKv(loops, barrier, freshness, timer);
        this.agent = newAgent(loops, random.nextLong(), seen);
        closing.add(this::stopServing);
        ServerClusterService clusterService =
                closing.add(new ServerClusterService(maps, this::identity, loop, agent, channels));
        closing.add(RunFile.write(directory.path(), "server", identity.id().toString(), addresses));
        maps.addListener(kv::ringEpochChanged);
        kv.setState(ServingState.SERVING);
        clientDoor.serve(kv.bind(), clusterService.bindService(), new AdminRelay(agent, channels).bindService());
        agent.start();
    }

    /**
     * Starts a server. Returns once its doors are open; joining the cluster goes on behind that.
     *
     * @throws RingKvException with a code that says what is wrong: PORT_IN_USE, DATA_DIRECTORY_LOCKED,
     *     DATA_DIRECTORY_FOREIGN, DATA_DIRECTORY_UNREADABLE, ADDRESS_CHANGED
     */
    public static ServerProcess start(ServerConfig config) {
        return start(config, new SimpleMeterRegistry());
    }

    /** The same, with the registry of meters that the process exports. */
    public static ServerProcess start(ServerConfig config, MeterRegistry meters) {
        Closing closing = new Closing();
        try {
            ServerProcess process = new ServerProcess(config, meters, closing);
            LOG.info(
                    "event=server-started server={} client={} peer={} raft={} data={}",
                    process.id(),
                    process.addresses.client(),
                    process.addresses.peer(),
                    process.addresses.raft(),
                    process.directory.path());
            return process;
        } catch (IOException e) {
            closing.close();
            throw new RingKvException(ErrorCode.DATA_DIRECTORY_UNREADABLE, "The server could not start", e);
        } catch (RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static ServerId newServerId(SecureRandom random) {
        long value = random.nextLong();
        return value == 0 ? newServerId(random) : new ServerId(value);
    }

    private RatisReplicaHost startReplicas(ServerId self, int raftPort) {
        BootIdSource bootIds = BootIdSource.system();
        ThreadPoolExecutor background = Pools.background("snapshot");
        closing.add(() -> Threads.end(background));
        ReplicaEngines engines = new ReplicaEngines(new ReplicaEngines.Services(
                new MapDbStoreProvider(MapDbOptions.DEFAULTS),
                background,
                new SnapshotPermit(disk, MapDbOptions.DEFAULTS.reserveBytes()),
                EngineSettings.DEFAULTS,
                bootIds.bootId()));
        return closing.add(RatisReplicaHost.start(
                new ReplicaHostConfig(
                        self,
                        directory.path(),
                        config.listenHost(),
                        raftPort,
                        config.electionTimeoutMinMillis(),
                        config.electionTimeoutMaxMillis(),
                        config.freeSpaceMinBytes(),
                        config.snapshots(),
                        config.snapshotBytesPerSecond(),
                        REPLICA_TICK_MILLIS,
                        engines,
                        clock,
                        wallClock,
                        bootIds,
                        (reason, cause) -> fail(
                                new RingKvException(ErrorCode.DISK_FAILED, "This server must stop: " + reason, cause))),
                meters));
    }

    private KvService newKv(
            EventLoops loops, TermBarrier barrier, Freshness freshness, ScheduledThreadPoolExecutor timer) {
        ThreadPoolExecutor heavyReads = Pools.heavyReads("server-reads");
        closing.add(() -> Threads.end(heavyReads));
        ShardBatchers batchers = new ShardBatchers(
                config.batch(),
                new LogEntryWriter(id(), wallClock),
                clock,
                (delayNanos, task) -> {
                    var unused = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
                },
                new BatchMetrics(meters));
        closing.add(batchers::close);
        KvService service = KvService.of(new KvService.Parts(
                loops.group(),
                host,
                batchers,
                barrier,
                heavyReads,
                freshness,
                () -> maps.current().orElse(null),
                this::clusterId,
                id(),
                "ringkv " + BuildVersion.current(),
                config.door(),
                new DoorMetrics(meters),
                clock,
                disk));
        Threads.repeat(timer, disk::look, DISK_LOOK_MILLIS);
        Threads.repeat(timer, service::tick, config.door().heartbeatMillis());
        Threads.repeat(timer, service::sweep, config.door().sweepMillis());
        return service;
    }

    private ManagerAgent newAgent(EventLoops loops, long bootId, Sightings seen) {
        ClusterId joined = directory.identity().cluster();
        return closing.add(new ManagerAgent(
                config.agent(),
                new AgentIdentity(record(), joined, bootId, BuildVersion.current(), LogFormat.HIGHEST_LEVEL),
                host,
                disk,
                maps,
                new ShardMapFile(directory.path().resolve("shard-map")),
                seen::reports,
                loops,
                clock,
                new Membership()));
    }

    private String advertised(int port) {
        return new HostPort(config.advertiseHost(), port).toString();
    }

    private io.ringkv.rpc.ServerRecord record() {
        return io.ringkv.rpc.ServerRecord.newBuilder()
                .setServerId(id().value())
                .setLabel(label())
                .setClientAddress(addresses.client())
                .setPeerAddress(addresses.peer())
                .setRaftAddress(addresses.raft())
                .setZone(config.zone())
                .build();
    }

    private ProcessIdentity identity() {
        return ProcessIdentity.newBuilder()
                .setClusterId(cluster)
                .setServer(record())
                .setVersion(BuildVersion.current())
                .setUptimeMillis((clock.nanos() - startedNanos) / NANOS_PER_MILLI)
                .build();
    }

    private void fail(RingKvException reason) {
        LOG.error("event=server-failed reason=\"{}\"", reason.getMessage());
        failure.complete(reason);
    }

    /** Who this server is. */
    public ServerId id() {
        return directory.identity().id();
    }

    /** Its name for people; as configured until it is registered. */
    public String label() {
        String registered = directory.identity().label();
        return registered.isEmpty() ? config.label() : registered;
    }

    /** The addresses others reach it under. */
    public ProcessAddresses addresses() {
        return addresses;
    }

    /** The cluster it belongs to; null before it has joined one. */
    public @Nullable ClusterId clusterId() {
        ByteString bytes = cluster;
        return bytes.isEmpty() ? null : IdMessages.clusterId(bytes);
    }

    /** The shard map as this server knows it; null before it heard of one. */
    public @Nullable ShardMap shardMap() {
        return maps.current().orElse(null);
    }

    /** Its replicas. */
    public RatisReplicaHost replicas() {
        return host;
    }

    /** Completes with the reason if this server can no longer do its part; the process should then end. */
    public CompletableFuture<RingKvException> failure() {
        return failure;
    }

    /** Stops in good order: leaders move away first, so that clients notice nothing; then what was taken is finished. */
    @Override
    public void close() {
        agent.announceStop(ANNOUNCE_MILLIS);
        host.handLeadershipAway(config.stopTimeoutMillis());
        drain();
        closeQuickly();
    }

    /** Takes no further requests, and waits until those that were taken are answered, for a moment at most. */
    private void drain() {
        kv.setState(ServingState.STOPPING);
        long deadline = clock.nanos() + DRAIN_MILLIS * NANOS_PER_MILLI;
        while (kv.unansweredBytes() > 0 && deadline - clock.nanos() > 0) {
            LockSupport.parkNanos(NANOS_PER_MILLI);
        }
    }

    /** Stops in good order, except that leaders do not move away: for the end of the whole cluster. */
    public void closeQuickly() {
        closing.close();
        LOG.info("event=server-stopped server={}", id());
    }

    /** Stops as if the process had been killed. For tests and fault drills in one process. */
    public void closeAbruptly() {
        host.closeAbruptly();
        closing.close();
        LOG.info("event=server-killed server={}", id());
    }

    private void stopServing() {
        kv.setState(ServingState.STOPPING);
        kv.closeStreams();
    }

    /** Keeps what the manager says of this server. */
    private final class Membership implements AgentListener {
        @Override
        public void joined(ClusterId joined, ServerRecord server) {
            ServerIdentity identity = directory.identity();
            ServerIdentity newer = identity.joined(joined, server.label(), addresses);
            if (!newer.equals(identity)) {
                directory.store(newer);
                LOG.info("event=server-joined server={} label={} cluster={}", id(), server.label(), joined);
            }
            cluster = IdMessages.toBytes(joined);
        }

        @Override
        public void refused(RingKvException reason) {
            fail(reason);
        }
    }
}
