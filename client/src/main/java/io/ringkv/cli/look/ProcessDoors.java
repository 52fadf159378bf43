package io.ringkv.cli.look;

import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks given processes, and no others, who they are. Used by one thread. */
final class ProcessDoors implements AutoCloseable {
    private final List<HostPort> addresses;
    private final EventLoops loops;
    private final ChannelCache channels;

    ProcessDoors(List<HostPort> addresses) {
        this.addresses = addresses;
        this.loops = EventLoops.start(1, "ringkv-doors");
        this.channels = new ChannelCache(loops, Math.max(1, addresses.size()));
    }

    /** Asks all of them at the same time; who does not answer in time has no identity. In the order given. */
    Map<HostPort, Optional<ProcessIdentity>> identify(long timeoutMillis) {
        Map<HostPort, CompletableFuture<Optional<ProcessIdentity>>> asked = new LinkedHashMap<>();
        for (HostPort address : addresses) {
            ClusterGrpc.ClusterStub stub =
                    ClusterGrpc.newStub(channels.to(address)).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
            asked.put(
                    address,
                    Unary.call(stub::identify, IdentifyRequest.getDefaultInstance())
                            .handle((identity, failure) -> Optional.ofNullable(identity)));
        }
        Map<HostPort, Optional<ProcessIdentity>> found = new LinkedHashMap<>();
        asked.forEach((address, answer) -> found.put(address, answer.join()));
        return found;
    }

    @Override
    public void close() {
        channels.close();
        loops.close();
    }
}
