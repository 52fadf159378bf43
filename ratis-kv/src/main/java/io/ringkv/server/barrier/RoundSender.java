package io.ringkv.server.barrier;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the questions of a round, first to few servers, later to all, and brings the answers to the barrier's loop.
 * Confined to that loop.
 */
final class RoundSender {
    private static final Logger LOG = LoggerFactory.getLogger(RoundSender.class);

    private final Supplier<ByteString> cluster;
    private final ServerId self;
    private final ScheduledExecutorService loop;
    private final PeerConfirmations peers;
    private final BarrierSettings settings;
    private final BarrierMetrics metrics;
    private final RoundListener listener;
    private final HedgeTimer hedge;

    /** Servers that were late or failed once, the latest of them last. They are asked when the others do not suffice. */
    private final List<ServerId> least = new ArrayList<>();

    private boolean closed;

    /** Told on the loop what became of a round. */
    interface RoundListener {
        /** Answers came in, or failed to. */
        void progressed(Round round);

        /** The round takes longer than a healthy one; more servers are being asked. */
        void late(Round round);

        /** Time is over. */
        void expired(Round round);
    }

    RoundSender(
            Supplier<ByteString> cluster,
            ServerId self,
            ScheduledExecutorService loop,
            PeerConfirmations peers,
            NanoClock clock,
            BarrierSettings settings,
            BarrierMetrics metrics,
            RoundListener listener) {
        this.cluster = cluster;
        this.self = self;
        this.loop = loop;
        this.peers = peers;
        this.settings = settings;
        this.metrics = metrics;
        this.listener = listener;
        this.hedge = new HedgeTimer(loop, clock, settings.hedgeMillis(), this::late);
    }

    /** Begins: asks the fewest servers that can suffice. */
    void start(Round round) {
        // Shards that need nobody else (this server is the only voter) or cannot be confirmed at all are decided now.
        listener.progressed(round);
        if (round.isDone()) {
            return;
        }
        List<VoterSets> voters = round.open().stream().map(ShardRound::voters).toList();
        Set<ServerId> first = PeerChoice.fewest(voters, self, least);
        hedge.watch(round);
        first.forEach(server -> ask(round, server));
    }

    /** Nobody is asked and nothing is reported any more. */
    void close() {
        closed = true;
    }

    private void late(Round round) {
        if (closed || round.isDone()) {
            return;
        }
        ScheduledFuture<?> unusedTimer = loop.schedule(
                () -> {
                    if (!closed && !round.isDone()) {
                        listener.expired(round);
                    }
                },
                settings.roundTimeoutMillis() - settings.hedgeMillis(),
                TimeUnit.MILLISECONDS);
        round.unanswered().forEach(this::preferLess);
        askOthers(round);
        listener.late(round);
    }

    private void askOthers(Round round) {
        Set<ServerId> others = round.unasked(self);
        if (!others.isEmpty()) {
            metrics.hedges.increment();
            others.forEach(server -> ask(round, server));
        }
    }

    private void ask(Round round, ServerId server) {
        if (!round.ask(server)) {
            return;
        }
        List<ShardRound> asked = new ArrayList<>();
        ConfirmTermsRequest.Builder request = ConfirmTermsRequest.newBuilder()
                .setClusterId(cluster.get())
                .setIntendedServerId(server.value())
                .setAskingServerId(self.value())
                .setRound(round.number());
        for (ShardRound shard : round.open()) {
            if (shard.voters().contains(server)) {
                asked.add(shard);
                request.addGroups(GroupTerm.newBuilder()
                        .setGroupIdHigh(shard.group().value().getMostSignificantBits())
                        .setGroupIdLow(shard.group().value().getLeastSignificantBits())
                        .setTerm(shard.term()));
            }
        }
        PeerConfirmations.Listener answer = new PeerConfirmations.Listener() {
            @Override
            public void answered(ConfirmTermsReply reply) {
                onLoop(() -> accept(round, server, asked, reply));
            }

            @Override
            public void failed() {
                onLoop(() -> lose(round, server, asked));
            }
        };
        try {
            peers.ask(server, request.build(), settings.roundTimeoutMillis(), answer);
        } catch (RuntimeException e) {
            // The other servers are still to be asked, and the round is to end.
            LOG.error("event=barrier_ask_failed server={}", server, e);
            answer.failed();
        }
    }

    /** An answer counts for the round that asked and from the server that was meant, and for no other. */
    private void accept(Round round, ServerId server, List<ShardRound> asked, ConfirmTermsReply reply) {
        round.answered(server);
        boolean fits = reply.getServerId() == server.value()
                && reply.getRound() == round.number()
                && reply.getTermsCount() == asked.size();
        if (!fits) {
            lose(round, server, asked);
            return;
        }
        boolean helped = true;
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).answer(server, reply.getTerms(i));
            helped &= !asked.get(i).hasLost(server);
        }
        if (!helped) {
            preferLess(server);
        }
        afterAnswer(round);
    }

    private void lose(Round round, ServerId server, List<ShardRound> asked) {
        round.answered(server);
        preferLess(server);
        asked.forEach(shard -> shard.lose(server));
        afterAnswer(round);
    }

    private void preferLess(ServerId server) {
        least.remove(server);
        least.add(server);
    }

    /** A NO or a failure means that others must be asked at once, not only when the round is late. */
    private void afterAnswer(Round round) {
        if (closed || round.isDone()) {
            return;
        }
        listener.progressed(round);
        if (round.open().stream().anyMatch(ShardRound::hasLosses)) {
            askOthers(round);
        }
    }

    private void onLoop(Runnable action) {
        try {
            // Answers mostly arrive on the loop already; asking for a turn of it keeps one order of events for all.
            loop.execute(action);
        } catch (RejectedExecutionException loopHasEnded) {
            // The barrier is closed with its loop: every waiter was answered then.
            return;
        }
    }
}
