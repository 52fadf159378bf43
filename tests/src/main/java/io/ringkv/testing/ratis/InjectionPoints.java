package io.ringkv.testing.ratis;

import static java.util.Objects.requireNonNull;

import io.ringkv.testing.ratis.LinkFaults.Request;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * Where Ratis lets foreign code look at a request before anything is done with it. Most points are at the receiver,
 * where the remote side is the sender; the last is at the sender, where Ratis names no remote side.
 */
final class InjectionPoints {
    /** Finds the request in what Ratis passes, if it is one that a link can refuse. */
    @FunctionalInterface
    private interface Reading {
        Optional<Request> read(Object local, @Nullable Object remote, Object[] arguments);
    }

    /** The keys are the values of constants that Ratis keeps package-private. */
    private static final Map<String, Reading> POINTS = Map.of(
            "RaftServerImpl.appendEntries",
            InjectionPoints::append,
            "RaftServerImpl.requestVote",
            (local, remote, arguments) -> received(local, remote, Traffic.VOTES),
            "RaftServerImpl.installSnapshot",
            (local, remote, arguments) -> received(local, remote, Traffic.SNAPSHOTS),
            "RaftServerImpl.startLeaderElection",
            (local, remote, arguments) -> received(local, remote, Traffic.ELECTION_ORDERS),
            "GrpcServicesImpl.sendRequest",
            (local, remote, arguments) -> sent(local, arguments[0]));

    private InjectionPoints() {}

    private static Optional<Request> append(Object local, @Nullable Object remote, Object[] arguments) {
        boolean heartbeat = ((AppendEntriesRequestProto) arguments[1]).getEntriesCount() == 0;
        return received(local, remote, heartbeat ? Traffic.HEARTBEATS : Traffic.ENTRIES);
    }

    private static Optional<Request> received(Object local, @Nullable Object remote, Traffic traffic) {
        return Optional.of(new Request((RaftPeerId) requireNonNull(remote, "remote"), (RaftPeerId) local, traffic));
    }

    private static Optional<Request> sent(Object local, Object request) {
        return request instanceof ReadIndexRequestProto question
                ? Optional.of(new Request(
                        (RaftPeerId) local,
                        RaftPeerId.valueOf(question.getServerRequest().getReplyId()),
                        Traffic.READ_INDEXES))
                : Optional.empty();
    }

    /** Has every request of this JVM shown to the check; what the check throws, the request's sender gets to see. */
    static void install(Consumer<Request> check) {
        POINTS.forEach((name, reading) -> CodeInjectionForTesting.put(name, (local, remote, arguments) -> {
            reading.read(local, remote, arguments).ifPresent(check);
            return true;
        }));
    }

    static void remove() {
        POINTS.keySet().forEach(CodeInjectionForTesting::remove);
    }
}
