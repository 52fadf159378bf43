package io.ringkv.client.wiring;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.connection.ClientLoop;
import io.ringkv.client.connection.ConnectionMetrics;
import io.ringkv.client.connection.Connector;
import io.ringkv.client.connection.ServerLinks;
import io.ringkv.client.connection.StreamSettings;
import io.ringkv.client.operation.OperationRunner;
import io.ringkv.client.operation.PendingOperation;
import io.ringkv.client.operation.RunnerSettings;
import io.ringkv.client.operation.SessionCloser;
import io.ringkv.client.route.MapSubscription;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.client.session.Sessions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/** The running parts of one client. */
public final class ClientCore {

    private static final long SESSIONS_CLOSE_MILLIS_MAX = 500;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final EventLoops loops;
    private final boolean ownsLoops;
    private final EventLoopThread loop;
    private final ShardRouter router = new ShardRouter();
    private final ServerLinks links;
    private final MapSubscription subscription;
    private final OperationRunner runner;
    private final SessionCloser closer;
    private final boolean closesSessions;
    private final AtomicBoolean closed = new AtomicBoolean();
    private List<Runnable> awaitingMap = new ArrayList<>();

    private ClientCore(ClientOptions options, EventLoops loops, RandomGenerator random, ClientId client) {
        this.loops = loops;
        this.ownsLoops = options.eventLoops().isEmpty();
        this.closesSessions = !options.oneShot();
        // One loop even if there are several: connections, callbacks and state then share a thread.
        EventLoop thread = loops.next();
        this.loop = new EventLoopThread(thread, NanoClock.system());
        Connector connector = address -> Channels.open(address, loops, thread);
        this.links = new ServerLinks(
                loop,
                connector,
                StreamSettings.of(client, options.software()),
                new ConnectionMetrics(options.meterRegistry()),
                this::ringEpochHeard);
        this.subscription = new MapSubscription(
                loop, connector, options.endpoints(), router, links::channel, this::mapLearned, random);
        Sessions<PendingOperation> sessions = new Sessions<>(client);
        long idleMillis = options.oneShot() ? Limits.ONE_SHOT_SESSION_IDLE_MILLIS : Limits.SESSION_IDLE_MILLIS;
        this.runner = new OperationRunner(
                new RunnerSettings(
                        options.openRequestsMax(), options.openBytesMax(), idleMillis, options.meterRegistry()),
                loop,
                links,
                router,
                subscription,
                sessions,
                random);
        this.closer = new SessionCloser(loop, links, router, sessions);
    }

    /** Puts a client together and starts it. */
    public static ClientCore start(ClientOptions options) {
        SecureRandom secure = new SecureRandom();
        ClientId client = new ClientId(secure.nextLong() | 1, secure.nextLong());
        RandomGenerator random = new SplittableRandom(secure.nextLong());
        EventLoops loops = options.eventLoops().orElseGet(() -> EventLoops.start(1, "ringkv-client"));
        ClientCore core = new ClientCore(options, loops, random, client);
        core.loop.execute(core.subscription::start);
        return core;
    }

    /**
     * Takes a request. Any thread.
     *
     * @throws RingKvException CLIENT_QUEUE_FULL or CLIENT_CLOSED
     */
    public void submit(PendingOperation operation) {
        checkOpen();
        runner.submit(operation);
    }

    /**
     * Runs a task on the loop. Any thread.
     *
     * @throws RingKvException CLIENT_CLOSED
     */
    public void run(Runnable task) {
        checkOpen();
        loop.execute(task);
    }

    /** Runs a task on the loop, or nothing if the client was closed. Any thread. */
    public void runIfOpen(Runnable task) {
        if (!closed.get()) {
            loop.execute(task);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new RingKvException(ErrorCode.CLIENT_CLOSED, "The client was closed");
        }
    }

    /** The thread on which all but {@link #submit}, {@link #run} and {@link #close} must be called. */
    public ClientLoop loop() {
        return loop;
    }

    /** What is known of the cluster. */
    public ShardRouter router() {
        return router;
    }

    /** A channel to a process that serves the Cluster service; empty while there is none. */
    public Optional<ManagedChannel> clusterChannel() {
        return subscription.channel();
    }

    /** The process behind {@link #clusterChannel} was of no use: another is tried. */
    public void abandonClusterChannel(RingKvException reason) {
        subscription.abandon(reason);
    }

    /** Why there is no shard map, or no shard in it. */
    public RingKvException noRoute() {
        return subscription.noRoute();
    }

    /** Runs a task as soon as a shard map is known, which may be at once. */
    public void whenMapKnown(Runnable task) {
        if (router.map() != null) {
            task.run();
        } else {
            awaitingMap.add(task);
        }
    }

    private void mapLearned() {
        ShardMap map = router.map();
        if (map == null) {
            return;
        }
        links.learn(map);
        List<Runnable> tasks = awaitingMap;
        awaitingMap = new ArrayList<>();
        tasks.forEach(Runnable::run);
        runner.mapLearned();
    }

    private void ringEpochHeard(ServerId server, long ringEpoch) {
        if (ringEpoch > router.ringEpoch()) {
            subscription.refresh(server);
        }
    }

    /** Ends everything, 1 s at most; on the loop's own thread without waiting. */
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> beginClose(done));
        if (loop.isCurrentThread()) {
            return;
        }
        try {
            boolean inTime = done.await(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            if (inTime && ownsLoops) {
                loops.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginClose(CountDownLatch done) {
        runner.close();
        if (closesSessions) {
            closer.close(SESSIONS_CLOSE_MILLIS_MAX, () -> endClose(done));
        } else {
            endClose(done);
        }
    }

    private void endClose(CountDownLatch done) {
        subscription.close();
        links.close();
        done.countDown();
        if (ownsLoops) {
            loop.later(loops::closeLater);
        }
    }
}
