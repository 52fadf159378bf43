package io.ringkv.server.probe;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.server.barrier.PeerConfirmations;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a few others whether they are there, over and over: a question of the read barrier about no group at all, on the
 * barrier's own connections and event loop. At most one question per server is on its way.
 */
public final class PeerProbes {

    private final ProbeSettings settings;
    private final ServerId self;
    private final Supplier<ByteString> cluster;
    private final Supplier<@Nullable ShardMap> map;
    private final PeerConfirmations peers;
    private final Sightings sightings;
    private final EventLoop loop;

    // On the loop only.
    private final Set<ServerId> asking = new TreeSet<>();
    private long knownEpoch = -1;
    private List<ServerId> targets = List.of();

    /**
     * Probes that do nothing until {@link #start}.
     *
     * @param cluster id of the cluster as bytes; empty before the server has joined one
     * @param map the newest, null before there is one
     * @param peers used on the loop only
     * @param loop the barrier's
     */
    public PeerProbes(
            ProbeSettings settings,
            ServerId self,
            Supplier<ByteString> cluster,
            Supplier<@Nullable ShardMap> map,
            PeerConfirmations peers,
            Sightings sightings,
            EventLoop loop) {
        this.settings = settings;
        this.self = self;
        this.cluster = cluster;
        this.map = map;
        this.peers = peers;
        this.sightings = sightings;
        this.loop = loop;
    }

    /** Begins to ask; ends with the loop. */
    public void start() {
        if (settings.targets() > 0) {
            ScheduledFuture<?> unused = loop.scheduleWithFixedDelay(
                    this::ask, settings.periodMillis(), settings.periodMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void ask() {
        ShardMap newest = map.get();
        if (newest != null && newest.ringEpoch() != knownEpoch) {
            knownEpoch = newest.ringEpoch();
            targets = ProbeTargets.of(newest, self, settings.targets());
            sightings.probe(new TreeSet<>(targets));
        }
        for (ServerId target : targets) {
            if (asking.add(target)) {
                peers.ask(target, question(target), settings.timeoutMillis(), new Answer(target));
            }
        }
    }

    private ConfirmTermsRequest question(ServerId target) {
        return ConfirmTermsRequest.newBuilder()
                .setClusterId(cluster.get())
                .setIntendedServerId(target.value())
                .setAskingServerId(self.value())
                .build();
    }

    /** Of one server. */
    private final class Answer implements PeerConfirmations.Listener {

        private final ServerId target;

        Answer(ServerId target) {
            this.target = target;
        }

        @Override
        public void answered(ConfirmTermsReply reply) {
            asking.remove(target);
            // Somebody else may have got its address.
            if (reply.getServerId() == target.value()) {
                sightings.answered(target);
            }
        }

        @Override
        public void failed() {
            asking.remove(target);
        }
    }
}
