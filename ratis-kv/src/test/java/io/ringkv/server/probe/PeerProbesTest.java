package io.ringkv.server.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.channel.DefaultEventLoop;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.PeerReport;
import io.ringkv.server.barrier.PeerConfirmations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerProbesTest {

    private static final ServerId SELF = new ServerId(4);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final AtomicLong nanos = new AtomicLong();
    private final Sightings sightings = new Sightings(nanos::get);
    private final Peers peers = new Peers();

    @AfterEach
    void end() {
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void asksThoseThatFollowInTheCircleOfIds() {
        ShardMap map = map(2, 4, 6, 9);
        assertThat(ProbeTargets.of(map, SELF, 3)).containsExactly(id(6), id(9), id(2));
        assertThat(ProbeTargets.of(map, SELF, 2)).containsExactly(id(6), id(9));
        assertThat(ProbeTargets.of(map, id(9), 1)).containsExactly(id(2));
        assertThat(ProbeTargets.of(map, SELF, 0)).isEmpty();
        assertThat(ProbeTargets.of(map(4), SELF, 3)).isEmpty();
    }

    @Test
    void everybodyIsAskedByEquallyMany() {
        int[] numbers = {1, 3, 4, 8, 9, 12, 40};
        Map<ServerId, Integer> asked = new ConcurrentHashMap<>();
        for (int number : numbers) {
            ProbeTargets.of(map(numbers), id(number), 3).forEach(target -> asked.merge(target, 1, Integer::sum));
        }
        assertThat(asked)
                .hasSize(numbers.length)
                .allSatisfy((server, times) -> assertThat(times).isEqualTo(3));
    }

    @Test
    void tellsWhoAnswersAndForHowLongAnotherDoesNot() {
        peers.silent.add(id(9));
        start(3);
        await("both were asked", () -> peers.asked.containsAll(Set.of(id(6), id(9))));
        nanos.set(TimeUnit.SECONDS.toNanos(5));
        await("six answered anew", () -> report(6).getSilentMillis() == 0);

        assertThat(report(9).getSilentMillis()).isEqualTo(5_000);
        assertThat(report(9).hasAskedMillis()).isFalse();
    }

    @Test
    void believesNobodyElseAtTheAddress() {
        peers.answeringAs.put(id(6), id(77));
        start(1);
        await("it was asked twice", () -> peers.count.getOrDefault(id(6), 0) >= 2);
        nanos.set(TimeUnit.SECONDS.toNanos(9));
        await("it was asked again", () -> peers.count.getOrDefault(id(6), 0) >= 4);

        assertThat(report(6).getSilentMillis()).isEqualTo(9_000);
    }

    @Test
    void neverHasTwoQuestionsOnTheirWayToOneServer() {
        peers.hanging = true;
        start(1);
        await("it was asked", () -> peers.count.getOrDefault(id(6), 0) == 1);
        await("others are still asked", () -> peers.turns.get() > 5);

        assertThat(peers.count.get(id(6))).isEqualTo(1);
    }

    @Test
    void notesWhoAsks() {
        sightings.asked(id(2));
        nanos.set(TimeUnit.MILLISECONDS.toNanos(1_500));

        assertThat(report(2).getAskedMillis()).isEqualTo(1_500);
        assertThat(report(2).hasSilentMillis()).isFalse();
    }

    private void start(int targets) {
        ShardMap map = map(2, 4, 6, 9);
        new PeerProbes(
                        new ProbeSettings(targets, 5, 1_000),
                        SELF,
                        () -> ByteString.copyFromUtf8("c"),
                        () -> {
                            peers.turns.incrementAndGet();
                            return map;
                        },
                        peers,
                        sightings,
                        loop)
                .start();
    }

    private PeerReport report(int number) {
        return sightings.reports().stream()
                .filter(report -> report.getServerId() == number)
                .findFirst()
                .orElse(PeerReport.newBuilder().setSilentMillis(-1).build());
    }

    private static ServerId id(int number) {
        return new ServerId(number);
    }

    private static ShardMap map(int... numbers) {
        List<ServerRecord> servers = new ArrayList<>();
        for (int number : numbers) {
            servers.add(server(number, ServerState.ACTIVE));
        }
        servers.add(server(7, ServerState.REMOVED));
        return new ShardMap(new ClusterId(new UUID(1, 1)), 1, 3, List.of(), servers, List.of());
    }

    private static ServerRecord server(int number, ServerState state) {
        return new ServerRecord(
                id(number), "s" + number, "h" + number + ":1", "h" + number + ":2", "h" + number + ":3", "", "", state);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("did not come to pass: %s", what)
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Others, as a test wants them. */
    private static final class Peers implements PeerConfirmations {

        final Set<ServerId> silent = ConcurrentHashMap.newKeySet();
        final Set<ServerId> asked = ConcurrentHashMap.newKeySet();
        final Map<ServerId, ServerId> answeringAs = new ConcurrentHashMap<>();
        final Map<ServerId, Integer> count = new ConcurrentHashMap<>();
        final AtomicLong turns = new AtomicLong();
        volatile boolean hanging;

        @Override
        public void ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener) {
            assertThat(request.getGroupsCount()).isZero();
            assertThat(request.getAskingServerId()).isEqualTo(SELF.value());
            asked.add(server);
            count.merge(server, 1, Integer::sum);
            if (hanging) {
                return;
            }
            if (silent.contains(server)) {
                listener.failed();
            } else {
                ServerId answering = answeringAs.getOrDefault(server, server);
                listener.answered(ConfirmTermsReply.newBuilder()
                        .setServerId(answering.value())
                        .build());
            }
        }
    }
}
