package io.ringkv.testing.cluster;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ClusterSettings;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Creates the cluster of a group of managers, as {@code ringkv cluster bootstrap} does. */
final class Founding {
    private Founding() {}

    /**
     * Returns once the cluster exists.
     *
     * @throws io.ringkv.common.error.RingKvException what the managers say against it
     */
    static void run(String managerAddresses, EmbeddedClusterOptions options, Duration timeout) {
        List<HostPort> managers = HostPort.parseList(managerAddresses);
        BootstrapRequest request = BootstrapRequest.newBuilder()
                .addAllManagerAddresses(
                        managers.stream().map(HostPort::toString).toList())
                .setSettings(ClusterSettings.newBuilder()
                        .setExpectedServers(options.servers())
                        .setShards(options.shards())
                        .setReplicationFactor(options.replicationFactor()))
                .build();
        try (EventLoops loops = EventLoops.start(1, "founding")) {
            ManagedChannel channel = Channels.open(managers.get(0), loops, loops.group());
            try {
                var unused = ManagerGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .bootstrap(request);
            } catch (StatusRuntimeException e) {
                throw FailureStatus.toException(e);
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
