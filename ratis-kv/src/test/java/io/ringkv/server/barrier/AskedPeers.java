package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Other servers, whose answers are in the test's hands. */
final class AskedPeers implements PeerConfirmations {
    private final List<Ask> asks = new ArrayList<>();

    /** When set, asking fails with it. */
    @Nullable
    RuntimeException failure;

    /** A question that was sent. */
    record Ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener) {
        /** Answers what was asked: this server is in these terms, one per group in the order of the question. */
        void answer(long... terms) {
            listener.answered(replyOf(server, request.getRound(), terms));
        }

        /** Answers YES to everything. */
        void confirm() {
            answer(request.getGroupsList().stream()
                    .mapToLong(GroupTerm::getTerm)
                    .toArray());
        }

        void fail() {
            listener.failed();
        }

        /** Low half of the groups asked for: the numbers of their shards. */
        List<Long> shards() {
            return request.getGroupsList().stream()
                    .map(GroupTerm::getGroupIdLow)
                    .toList();
        }
    }

    static ConfirmTermsReply replyOf(ServerId server, long round, long... terms) {
        ConfirmTermsReply.Builder reply =
                ConfirmTermsReply.newBuilder().setServerId(server.value()).setRound(round);
        for (long term : terms) {
            reply.addTerms(term);
        }
        return reply.build();
    }

    @Override
    public void ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener) {
        if (failure != null) {
            throw failure;
        }
        asks.add(new Ask(server, request, timeoutMillis, listener));
    }

    /** Takes the questions that were sent since the last call, in order. */
    List<Ask> take() {
        List<Ask> taken = List.copyOf(asks);
        asks.clear();
        return taken;
    }

    /** Takes the only question that was sent since the last call. */
    Ask takeOne() {
        List<Ask> taken = take();
        if (taken.size() != 1) {
            throw new AssertionError("asked: " + taken);
        }
        return Objects.requireNonNull(taken.get(0));
    }
}
