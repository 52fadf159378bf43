package io.ringkv.server.main;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.server.barrier.PeerConfirmations;
import io.ringkv.server.probe.PeerProbes;
import io.ringkv.server.probe.ProbeSettings;
import io.ringkv.server.probe.Sightings;
import java.util.function.Supplier;

/** Wires the probes of other servers. Stateless. */
final class Probing {

    private Probing() {}

    /**
     * Begins to probe.
     *
     * @param peers the barrier's
     * @param loop the barrier's
     * @return what is noticed of others
     */
    static Sightings begin(
            ProbeSettings settings,
            ServerId self,
            Supplier<ByteString> cluster,
            ShardMapPublisher maps,
            PeerConfirmations peers,
            EventLoop loop,
            NanoClock clock) {
        Sightings sightings = new Sightings(clock);
        new PeerProbes(settings, self, cluster, () -> maps.current().orElse(null), peers, sightings, loop).start();
        return sightings;
    }
}
