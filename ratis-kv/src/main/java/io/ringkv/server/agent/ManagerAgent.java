package io.ringkv.server.agent;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.server.disk.DiskSpace;
import io.ringkv.server.replica.ReplicaHost;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one server in touch with the shard manager: finds it, joins, reports, passes instructions on, and keeps the shard map
 * current and remembered. Nothing else in the server ever waits for a manager; without one, everything goes on as it was.
 *
 * <p>Threading: everything happens on the agent's own thread; calls are asynchronous. Public methods may be called by any
 * thread.
 */
public final class ManagerAgent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerAgent.class);
    private static final int CHANNELS_MAX = 32;
    private static final long TEND_MILLIS = 100;

    private final ShardMapPublisher maps;
    private final ShardMapFile file;
    private final AgentThread thread = new AgentThread("manager-agent");
    private final ChannelCache channels;
    private final ManagerBook book;
    private final ManagerContact contact;
    private final ShardMapWatch watch;
    private final Runnable onMap = this::mapNews;
    private long storedRingEpoch;

    /**
     * An agent that does nothing until {@link #start}.
     *
     * @param identity who this server is; no replica is created before its cluster is known
     * @param host is told what to do, and asked what there is
     * @param maps is kept current
     * @param file where the newest map is kept over restarts
     * @param peers what this server notices of others
     * @param loops where connections live
     */
    public ManagerAgent(
            AgentSettings settings,
            AgentIdentity identity,
            ReplicaHost host,
            DiskSpace space,
            ShardMapPublisher maps,
            ShardMapFile file,
            Supplier<List<PeerReport>> peers,
            EventLoops loops,
            NanoClock clock,
            AgentListener listener) {
        this.maps = maps;
        this.file = file;
        this.channels = new ChannelCache(loops, CHANNELS_MAX);
        this.book = new ManagerBook(
                settings.joinAddresses(),
                HostPort.parse(identity.record().getClientAddress()),
                Long.hashCode(identity.record().getServerId()));
        this.contact = new ManagerContact(
                settings,
                identity.cluster(),
                host,
                maps,
                listener,
                thread,
                new ManagerCalls(channels, settings.callTimeoutMillis()),
                book,
                new ServerReports(identity, host, space, maps, peers));
        this.watch = new ShardMapWatch(settings, maps, channels, book::sources, this::cluster, thread, clock);
    }

    /** Publishes the map that was stored last, if any, and begins to look for a manager. */
    public void start() {
        maps.addListener(onMap);
        thread.execute(() -> {
            file.read().ifPresent(this::recall);
            thread.repeat(watch::tend, TEND_MILLIS);
            contact.start();
        });
    }

    private void recall(ShardMap map) {
        ClusterId cluster = contact.cluster();
        if (cluster == null || !cluster.equals(map.cluster())) {
            LOG.warn("event=shard-map-file-foreign cluster={} expected={}", map.cluster(), cluster);
            return;
        }
        storedRingEpoch = map.ringEpoch();
        book.learn(map);
        maps.publish(map);
    }

    /** By its own identity, else by the map that was found with the first manager. */
    private @Nullable ClusterId cluster() {
        ClusterId joined = contact.cluster();
        return joined == null ? maps.current().map(ShardMap::cluster).orElse(null) : joined;
    }

    /** On the thread that brings the news. */
    private void mapNews() {
        thread.execute(this::mapChanged);
    }

    private void mapChanged() {
        ShardMap map = maps.current().orElse(null);
        if (map == null || map.ringEpoch() <= storedRingEpoch) {
            return;
        }
        book.learn(map);
        try {
            file.write(map);
            storedRingEpoch = map.ringEpoch();
        } catch (IOException e) {
            LOG.warn("event=shard-map-not-stored ringEpoch={}", map.ringEpoch(), e);
        }
        contact.mapChanged();
    }

    /**
     * Tells the manager, if it can be reached, that this server stops in good order.
     *
     * @param timeoutMillis how long to wait for that
     */
    public void announceStop(long timeoutMillis) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        thread.execute(() -> {
            CompletableFuture<Void> unused = contact.announceStop().thenAccept(told::complete);
        });
        try {
            told.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("event=stop-not-announced", e);
        }
    }

    /** Client doors of the managers, that of the leader first if it is known. */
    public CompletableFuture<List<HostPort>> managers() {
        CompletableFuture<List<HostPort>> answer = new CompletableFuture<>();
        thread.execute(() -> answer.complete(book.managersLeaderFirst()));
        return answer;
    }

    /** Stops at once; the manager notices by silence. */
    @Override
    public void close() {
        maps.removeListener(onMap);
        thread.execute(watch::close);
        thread.close();
        channels.close();
    }
}
