package io.ringkv.testing.barrier;

import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.batch.BatchLimits;
import io.ringkv.server.batch.BatchMetrics;
import io.ringkv.server.batch.LogEntryWriter;
import io.ringkv.server.batch.ShardBatchers;
import io.ringkv.server.disk.DiskSpace;
import io.ringkv.server.disk.DiskWatch;
import io.ringkv.server.disk.DiskWatermarks;
import io.ringkv.server.door.DoorMetrics;
import io.ringkv.server.door.DoorSettings;
import io.ringkv.server.door.Freshness;
import io.ringkv.server.door.KvService;
import io.ringkv.server.door.ServingState;
import io.ringkv.server.replica.ReplicaHost;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The real door for clients of one server of {@link ShardServers}, for as long as its replicas live. */
final class ShardDoor implements AutoCloseable {
    private static final DoorSettings SETTINGS =
            new DoorSettings(256 << 10, 512 << 10, 4 << 20, 8, 1_000, 5_000, 5, 20, 60_000, 10_000);
    private static final BatchLimits LIMITS = new BatchLimits(64, 512 << 10, 400_000, 1_000, 2 << 20, 1 << 20);

    private final KvService service;
    private final ShardBatchers batchers;
    private final ScheduledFuture<?> sweeps;

    ShardDoor(
            ServerId server,
            ClusterId cluster,
            ReplicaHost replicas,
            ReadBarrier barrier,
            EventLoops loops,
            EventLoop loop) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        batchers = new ShardBatchers(
                LIMITS,
                new LogEntryWriter(server, InstantSource.system()),
                NanoClock.system(),
                (delayNanos, task) -> {
                    ScheduledFuture<?> unused = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
                },
                new BatchMetrics(meters));
        service = KvService.of(new KvService.Parts(
                loops.group(),
                replicas,
                batchers,
                barrier,
                Runnable::run,
                Freshness.UNKNOWN,
                () -> null,
                () -> cluster,
                server,
                "attacked",
                SETTINGS,
                new DoorMetrics(meters),
                NanoClock.system(),
                DiskWatch.start(DiskSpace.UNKNOWN, DiskWatermarks.of(90, 0))));
        service.setState(ServingState.SERVING);
        sweeps = loop.scheduleWithFixedDelay(
                service::sweep, SETTINGS.sweepMillis(), SETTINGS.sweepMillis(), TimeUnit.MILLISECONDS);
    }

    ServerServiceDefinition definition() {
        return service.bind();
    }

    @Override
    public void close() {
        sweeps.cancel(false);
        batchers.close();
    }
}
