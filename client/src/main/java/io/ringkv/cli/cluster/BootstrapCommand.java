package io.ringkv.cli.cluster;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.Deadline;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ClusterSettings;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cluster bootstrap}: creates a cluster, once; done again it changes nothing. */
@Command(
        name = "bootstrap",
        description = "Create a cluster out of managers that run and belong to none yet. Harmless when repeated.",
        footer = {
            "",
            "Few shards are faster on few cores. Their number cannot be changed later yet.",
            "",
            "Example:",
            "  ringkv cluster bootstrap --managers m1:8400,m2:8400,m3:8400 --servers 3"
        })
public final class BootstrapCommand extends RingKvTask {

    private static final long RETRY_MILLIS = 200;
    private static final int CHANNELS_MAX = 8;

    @Option(
            names = "--managers",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "Client addresses of all members of the shard manager: 1, 3 or 5.")
    private String managers = "";

    @Option(
            names = {"--servers", "--bootstrap-servers"},
            paramLabel = "N",
            description = "Place shards once so many servers have joined. Default: ${DEFAULT-VALUE}.")
    private int servers = 3;

    @Option(names = "--shards", paramLabel = "N", description = "Number of shards. Default: 2 x servers.")
    private int shards;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Replicas of each shard. Default: 3, or the number of servers if that is less.")
    private int replicationFactor;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait for the managers. Default: 60s.")
    private Duration timeout = Duration.ofSeconds(60);

    @Override
    protected int run(Console console) throws InterruptedException {
        List<HostPort> addresses = HostPort.parseList(managers);
        BootstrapRequest.Builder request = BootstrapRequest.newBuilder()
                .setSettings(ClusterSettings.newBuilder()
                        .setExpectedServers(atLeast("--servers", servers, 1))
                        .setShards(atLeast("--shards", shards, 0))
                        .setReplicationFactor(atLeast("--replication-factor", replicationFactor, 0)));
        addresses.forEach(address -> request.addManagerAddresses(address.toString()));
        try (EventLoops loops = EventLoops.start(1, "ringkv-bootstrap");
                ChannelCache channels = new ChannelCache(loops, CHANNELS_MAX)) {
            print(console, ask(channels, addresses, request.build(), console));
        }
        return 0;
    }

    private static int atLeast(String option, int value, int least) {
        if (value < least) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, option + " is " + value + "; the least is " + least);
        }
        return value;
    }

    /** Asks one manager after the other, until one answers for good. They may still be starting. */
    private BootstrapReply ask(
            ChannelCache channels, List<HostPort> addresses, BootstrapRequest request, Console console)
            throws InterruptedException {
        NanoClock clock = NanoClock.system();
        Deadline deadline = Deadline.after(clock, timeout);
        for (int attempt = 0; ; attempt++) {
            HostPort manager = addresses.get(attempt % addresses.size());
            ManagerGrpc.ManagerStub stub = ManagerGrpc.newStub(channels.to(manager))
                    .withDeadlineAfter(Math.max(1, deadline.remainingMillis(clock)), TimeUnit.MILLISECONDS);
            try {
                return Unary.call(stub::bootstrap, request).get();
            } catch (ExecutionException e) {
                RingKvException failure = FailureStatus.toException(e);
                if (!mayPass(failure.family()) || deadline.remainingMillis(clock) <= RETRY_MILLIS) {
                    throw failure;
                }
                if (console.verbose()) {
                    console.say(String.valueOf(failure.getMessage()));
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    private static boolean mayPass(ErrorFamily family) {
        return switch (family) {
            case UNAVAILABLE, NOT_LEADER, OVERLOADED, OUTCOME_UNKNOWN -> true;
            case OK, INVALID_ARGUMENT, NOT_FOUND, CONDITION_FAILED, STALE, READ_ONLY, FORBIDDEN, INTERNAL -> false;
        };
    }

    private static void print(Console console, BootstrapReply reply) {
        String cluster = IdMessages.clusterId(reply.getClusterId()).toString();
        ClusterSettings settings = reply.getSettings();
        switch (console.format()) {
            case JSON, JSONL -> {
                Map<String, @Nullable Object> document = Console.document();
                document.put("cluster", cluster);
                document.put("created", reply.getCreated());
                document.put("expectedServers", settings.getExpectedServers());
                document.put("shards", settings.getShards());
                document.put("replicationFactor", settings.getReplicationFactor());
                document.put("managers", describe(reply.getManagersList()));
                console.document(document);
            }
            case RAW, TABLE, SVG -> {
                console.line(cluster);
                console.say((reply.getCreated() ? "Created" : "It exists already") + ": "
                        + reply.getManagersCount() + " managers, " + settings.getShards() + " shards with "
                        + settings.getReplicationFactor() + " replicas, placed once "
                        + settings.getExpectedServers() + " servers have joined.");
            }
        }
    }

    private static List<Map<String, @Nullable Object>> describe(List<ManagerRecord> managers) {
        List<Map<String, @Nullable Object>> described = new ArrayList<>();
        for (ManagerRecord manager : managers) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("id", IdMessages.managerId(manager.getManagerId()).toString());
            object.put("label", manager.getLabel());
            object.put("clientAddress", manager.getClientAddress());
            object.put("peerAddress", manager.getPeerAddress());
            object.put("raftAddress", manager.getRaftAddress());
            described.add(object);
        }
        return described;
    }
}
