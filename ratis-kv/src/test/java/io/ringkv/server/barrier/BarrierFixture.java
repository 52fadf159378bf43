package io.ringkv.server.barrier;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import java.util.UUID;

/**
 * A barrier of server 1 with its loop, clock and peers in the test's hands. Asks one peer at first, the others after 8 ms,
 * gives a round up after 800 ms, and makes a leader step down after 1 s.
 */
final class BarrierFixture {
    static final ServerId SELF = VoterIds.server(1);
    static final ClusterId CLUSTER = new ClusterId(new UUID(3, 4));
    static final ByteString CLUSTER_BYTES = IdMessages.toBytes(CLUSTER);
    static final int WAITERS_MAX = 100;
    static final BarrierSettings SETTINGS = new BarrierSettings(8, 800, 1_000, WAITERS_MAX);

    final ManualLoop loop = new ManualLoop();
    final AskedPeers peers = new AskedPeers();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TermBarrier barrier = new TermBarrier(() -> CLUSTER_BYTES, SELF, loop, peers, loop, SETTINGS, registry);

    /** A read arrives, and the loop runs as far as it can. */
    ReadProbe read(LedReplica replica) {
        ReadProbe read = arrive(replica);
        loop.run();
        return read;
    }

    /** A read arrives; the loop does not get to it yet. */
    ReadProbe arrive(LedReplica replica) {
        ReadProbe read = new ReadProbe();
        barrier.confirm(replica, read);
        return read;
    }

    void confirm(AskedPeers.Ask ask) {
        ask.confirm();
        loop.run();
    }

    void answer(AskedPeers.Ask ask, long... terms) {
        ask.answer(terms);
        loop.run();
    }

    void fail(AskedPeers.Ask ask) {
        ask.fail();
        loop.run();
    }

    double counted(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }
}
