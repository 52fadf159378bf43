package io.ringkv.testing.barrier;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.server.barrier.PeerConfirmations;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The barrier's questions over the network, with links that can be cut: then the question vanishes, and time runs out. Counts
 * what came back, so that a test can tell that its attack was met. Thread-safe as far as the barrier is.
 */
final class CuttablePeers implements PeerConfirmations {
    private final PeerConfirmations network;
    private final ScheduledExecutorService loop;
    private final Set<ServerId> cut = ConcurrentHashMap.newKeySet();
    private final AtomicInteger same = new AtomicInteger();
    private final AtomicInteger higher = new AtomicInteger();
    private final AtomicInteger none = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    CuttablePeers(PeerConfirmations network, ScheduledExecutorService loop) {
        this.network = network;
        this.loop = loop;
    }

    void cut(ServerId server) {
        cut.add(server);
    }

    void heal() {
        cut.clear();
    }

    /** Answers by voters in the asker's term. */
    int sameTerm() {
        return same.get();
    }

    /** Answers by voters in a higher term than the asker's. */
    int higherTerm() {
        return higher.get();
    }

    /** Answers by servers whose division did not run, or lagged behind. */
    int noTerm() {
        return none.get();
    }

    /** Questions that got no answer. */
    int unanswered() {
        return lost.get();
    }

    @Override
    public void ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener) {
        Listener counting = new Listener() {
            @Override
            public void answered(ConfirmTermsReply reply) {
                for (int i = 0; i < reply.getTermsCount(); i++) {
                    int order =
                            Long.compare(reply.getTerms(i), request.getGroups(i).getTerm());
                    (order == 0 ? same : order > 0 ? higher : none).incrementAndGet();
                }
                listener.answered(reply);
            }

            @Override
            public void failed() {
                lost.incrementAndGet();
                listener.failed();
            }
        };
        if (cut.contains(server)) {
            ScheduledFuture<?> unused = loop.schedule(counting::failed, timeoutMillis, TimeUnit.MILLISECONDS);
        } else {
            network.ask(server, request, timeoutMillis, counting);
        }
    }

    @Override
    public String toString() {
        return "answers: " + same + " same term, " + higher + " higher, " + none + " none; " + lost + " lost";
    }
}
