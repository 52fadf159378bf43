package io.ringkv.testing.ratis;

import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * A few bare Ratis servers in this JVM, with one group of registers and with faults on the links between them.
 *
 * <p>Servers are numbered from 1. They listen on free ports of the loopback and keep their data under one directory.
 * They start without the group: {@link #createGroup} and {@link RatisServer#addGroup} add it.
 *
 * <p>Made for tests that do not depend on luck or speed. Every step awaits its effect, with a deadline that only a
 * broken test meets. And who becomes leader is decided by the test: {@link #electOnly} refuses all other candidates,
 * already in the pre-vote, so that they do not even raise a term.
 *
 * <p>All timings are Ratis' business but two: heartbeats are answered, and elections start, within
 * {@value #ELECTION_TIMEOUT_MILLIS_MIN} to {@value #ELECTION_TIMEOUT_MILLIS_MAX} ms. A deposed leader steps down by
 * itself when it has been without a majority for the longer of the two; {@link Builder#keepsLeading} makes one server
 * wait much longer, as a server does that was paused or whose clock runs slowly. Safety must not depend on it.
 *
 * <p>One thread drives a cluster.
 */
public final class RatisCluster implements AutoCloseable {
    private static final int ELECTION_TIMEOUT_MILLIS_MIN = 1_000;
    private static final int ELECTION_TIMEOUT_MILLIS_MAX = 2_000;

    /** Keeps the peer ids of all clusters of this JVM apart: injected code is told no more than these. */
    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    /** Says which servers there are and how they differ. */
    public static final class Builder {
        private final Path directory;
        private final int servers;
        private final Map<Integer, Consumer<RaftProperties>> perServer = new TreeMap<>();
        private Consumer<RaftProperties> forAll = properties -> {};

        private Builder(Path directory, int servers) {
            this.directory = directory;
            this.servers = servers;
        }

        /** Changes Ratis' properties on all servers. */
        public Builder properties(Consumer<RaftProperties> change) {
            forAll = forAll.andThen(change);
            return this;
        }

        /** Changes Ratis' properties on one server, after those of all. */
        public Builder properties(int server, Consumer<RaftProperties> change) {
            perServer.merge(server, change, Consumer::andThen);
            return this;
        }

        /**
         * Once it leads, this server does not notice within any test that it has lost its majority. (It is also slow
         * to stand for election again.)
         */
        public Builder keepsLeading(int server) {
            return properties(
                    server, properties -> RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(600_000)));
        }

        /** Starts the servers. */
        public RatisCluster start() throws IOException {
            return new RatisCluster(this);
        }
    }

    private final RaftGroupId groupId = RaftGroupId.randomId();
    private final LinkFaults faults = LinkFaults.open();
    /** Apart from the other faults, so that healing those does not let other candidates win. */
    private final LinkFaults elections = LinkFaults.open();

    private final List<RatisServer> servers = new ArrayList<>();
    private volatile Set<RaftPeerId> electable;

    private RatisCluster(Builder builder) throws IOException {
        int cluster = CLUSTERS.incrementAndGet();
        List<RaftPeerId> ids = IntStream.rangeClosed(1, builder.servers)
                .mapToObj(number -> RaftPeerId.valueOf("c" + cluster + "-s" + number))
                .toList();
        electable = Set.copyOf(ids);
        elections.refuse(request -> request.traffic() == Traffic.VOTES
                && ids.contains(request.from())
                && !electable.contains(request.from()));
        try {
            for (int number = 1; number <= builder.servers; number++) {
                RaftPeerId id = ids.get(number - 1);
                Path storage = builder.directory.resolve("s" + number);
                RaftProperties properties = defaults(storage);
                builder.forAll.accept(properties);
                builder.perServer.getOrDefault(number, same -> {}).accept(properties);
                servers.add(new RatisServer(id, groupId, storage, properties));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Begins a cluster of that many servers. */
    public static Builder of(int servers, Path directory) {
        return new Builder(directory, servers);
    }

    private static RaftProperties defaults(Path storage) {
        RaftProperties properties = new RaftProperties();
        GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
        GrpcConfigKeys.Server.setPort(properties, 0);
        RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(ELECTION_TIMEOUT_MILLIS_MIN));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(ELECTION_TIMEOUT_MILLIS_MAX));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(100));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(300));
        // A change of voters waits for the server that joins, however slow the machine.
        RaftServerConfigKeys.setStagingTimeout(properties, millis(600_000));
        // After a cut Ratis pauses for up to 5 s between tries; a healed link shall be used at once.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "50ms,1000000");
        // One change of the log per request, so that tests can speak of the entry after the last.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // The defaults take 8 MB of direct memory and 4 MB of disk per replica.
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf("128KB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("256KB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("16KB"));
        return properties;
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }

    public RaftGroupId groupId() {
        return groupId;
    }

    /** Server by number, from 1. */
    public RatisServer server(int number) {
        return servers.get(number - 1);
    }

    /** The faults on the links, for what has no verb here. Healing them leaves {@link #electOnly} in force. */
    public LinkFaults faults() {
        return faults;
    }

    /** Creates the group with these voters, of which only the first can win elections, and awaits that it leads. */
    public void createGroup(RatisServer first, RatisServer... others) throws IOException {
        List<RatisServer> voters = new ArrayList<>(List.of(others));
        voters.add(first);
        electOnly(first);
        // The first comes last: it stands for election when all others can vote.
        for (RatisServer voter : voters) {
            voter.addGroup(true, voters);
        }
        awaitReady(first);
    }

    /** From now on only these can win an election. Who leads goes on leading. */
    public void electOnly(RatisServer... candidates) {
        electable = ids(List.of(candidates));
    }

    /** Cuts one direction of one link, for the given kinds of traffic or, if none is given, for all. */
    public Fault cut(RatisServer from, RatisServer to, Traffic... traffic) {
        return faults.cut(from.id(), to.id(), traffic);
    }

    /** Cuts all links between the two sides. */
    public Fault partition(Collection<RatisServer> oneSide, Collection<RatisServer> otherSide) {
        return faults.partition(ids(oneSide), ids(otherSide));
    }

    /** Cuts all links of one server except those to the ones named. */
    public Fault isolate(RatisServer server, RatisServer... exceptFrom) {
        List<RatisServer> others = new ArrayList<>(servers);
        others.remove(server);
        others.removeAll(Arrays.asList(exceptFrom));
        return partition(List.of(server), others);
    }

    /** Heals all links. */
    public void heal() {
        faults.heal();
    }

    private static Set<RaftPeerId> ids(Collection<RatisServer> servers) {
        return servers.stream().map(RatisServer::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Awaits any condition; {@code what} completes the sentence "waited in vain until …". */
    public void await(String what, BooleanSupplier condition) {
        Await.until(what, condition, this::describe);
    }

    /** Awaits that this server is a ready leader. */
    public void awaitReady(RatisServer server) {
        await(server + " is a ready leader", server::isReadyLeader);
    }

    /** Awaits that this server is a ready leader of a term above {@code term}. */
    public void awaitReadyAbove(long term, RatisServer server) {
        await(
                server + " is a ready leader of a term above " + term,
                () -> server.term() > term && server.isReadyLeader());
    }

    /** Awaits that each of these servers has applied this value. */
    public void awaitApplied(String name, String value, RatisServer... replicas) {
        for (RatisServer replica : replicas) {
            await(
                    replica + " has applied " + name + "=" + value,
                    () -> replica.applied(name).equals(value));
        }
    }

    /** Makes this server give up its leadership, if it has not lost it already. It may win it again. */
    public void stepDown(RatisServer server) {
        long term = server.term();
        CompletableFuture<RaftClientReply> request = server.stepDown();
        await(server + " has stepped down", () -> request.isDone() || server.term() > term);
    }

    /** Writes at this server and awaits its acknowledgement; tries again when it refuses. */
    public RaftClientReply writeAcknowledged(RatisServer server, String name, String value) {
        return awaitSuccess(
                server + " acknowledges " + name + "=" + value, () -> server.write(name, value), reply -> true);
    }

    /** Reads at this server and awaits a successful answer; tries again when it refuses. */
    public String readAnswered(RatisServer server, String name) {
        return text(awaitSuccess(server + " answers a read of " + name, () -> server.read(name), reply -> true));
    }

    /** The value in the reply to a read. */
    public static String text(RaftClientReply reply) {
        return Objects.requireNonNull(reply.getMessage(), "message")
                .getContent()
                .toStringUtf8();
    }

    /** Changes the voters through this leader, in one request, and awaits that the change is complete and committed. */
    public void changeVoters(RatisServer leader, RatisServer... wanted) {
        List<RatisServer> voters = List.of(wanted);
        awaitSuccess(
                leader + " has the voters " + voters,
                () -> leader.changeVoters(
                        servers.stream()
                                .filter(server -> leader.voters().current().contains(server.id()))
                                .toList(),
                        voters),
                reply -> leader.voters().equals(new RatisServer.Voters(ids(voters), Set.of()))
                        && leader.isConfigurationCommitted());
    }

    /** Repeats an idempotent request, one at a time, until it succeeds and its reply meets the condition. */
    private RaftClientReply awaitSuccess(
            String what, Supplier<CompletableFuture<RaftClientReply>> attempt, Predicate<RaftClientReply> condition) {
        List<CompletableFuture<RaftClientReply>> attempts = new ArrayList<>(List.of(attempt.get()));
        Await.until(
                what,
                () -> {
                    CompletableFuture<RaftClientReply> last = attempts.get(attempts.size() - 1);
                    if (succeeded(last) && condition.test(last.join())) {
                        return true;
                    }
                    if (last.isDone()) {
                        attempts.add(attempt.get());
                    }
                    return false;
                },
                () -> "After " + attempts.size() + " tries, the last: " + attempts.get(attempts.size() - 1) + "\n"
                        + describe());
        return attempts.get(attempts.size() - 1).join();
    }

    /** Whether a request is over and was successful: the only thing that counts as an acknowledgement. */
    public static boolean succeeded(CompletableFuture<RaftClientReply> request) {
        return request.isDone()
                && !request.isCompletedExceptionally()
                && request.join().isSuccess();
    }

    /** One line per server, for the messages of failed tests. */
    public String describe() {
        return servers.stream().map(RatisServer::describe).collect(Collectors.joining("\n"));
    }

    /** Heals the links and stops all servers. */
    @Override
    public void close() {
        faults.close();
        elections.close();
        // All at once: after a fault Ratis waits up to 3 s for the connections of each server.
        CompletableFuture.allOf(servers.stream()
                        .map(server -> CompletableFuture.runAsync(server::stop))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }
}
