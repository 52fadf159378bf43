package io.ringkv.client.operation;

import io.ringkv.client.connection.Attempt;
import io.ringkv.client.connection.ClientLoop;
import io.ringkv.client.connection.Transport;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.client.session.Sessions;
import io.ringkv.client.session.ShardSession;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.CloseOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Closes the sessions in which nothing is in doubt, so that shards need not keep them for their idle time. Tries once:
 * what fails expires by itself. On the client's loop.
 */
public final class SessionCloser {

    private final ClientLoop loop;
    private final Transport transport;
    private final ShardRouter router;
    private final Sessions<PendingOperation> sessions;

    /** Closes nothing yet. */
    public SessionCloser(
            ClientLoop loop, Transport transport, ShardRouter router, Sessions<PendingOperation> sessions) {
        this.loop = loop;
        this.transport = transport;
        this.router = router;
        this.sessions = sessions;
    }

    /** Closes what can be closed, then runs the task once; at the latest after the time. */
    public void close(long millisMax, Runnable then) {
        Countdown countdown = new Countdown(then);
        List<Runnable> sends = new ArrayList<>();
        for (Map.Entry<ShardId, ShardSession<PendingOperation>> entry :
                sessions.all().entrySet()) {
            ShardRoute route = router.route(entry.getKey());
            ServerId leader = route == null ? null : route.leader();
            if (route != null && leader != null && entry.getValue().isClosable() && transport.isUsable(leader)) {
                CloseAttempt attempt =
                        new CloseAttempt(route.record(), entry.getValue().id(), (int) millisMax, countdown);
                sends.add(() -> transport.send(leader, attempt));
            }
        }
        countdown.left = sends.size() + 1;
        sends.forEach(Runnable::run);
        countdown.one();
        loop.after(TimeUnit.MILLISECONDS.toNanos(millisMax), countdown::now);
    }

    /** Runs a task when all have counted, or earlier on demand, once. */
    private static final class Countdown {

        private final Runnable then;
        private int left;
        private boolean done;

        Countdown(Runnable then) {
            this.then = then;
        }

        void one() {
            left--;
            if (left == 0) {
                now();
            }
        }

        void now() {
            if (!done) {
                done = true;
                then.run();
            }
        }
    }

    private static final class CloseAttempt extends Attempt {

        private final ShardRecord record;
        private final long session;
        private final int budgetMillis;
        private final Countdown countdown;

        CloseAttempt(ShardRecord record, long session, int budgetMillis, Countdown countdown) {
            this.record = record;
            this.session = session;
            this.budgetMillis = budgetMillis;
            this.countdown = countdown;
        }

        @Override
        protected boolean isWanted() {
            return true;
        }

        @Override
        protected int bodyBytes() {
            return 0;
        }

        @Override
        protected boolean isBulk() {
            return false;
        }

        @Override
        protected Request toRequest(long id, long nowNanos) {
            return Request.newBuilder()
                    .setId(id)
                    .setShard(record.id().value())
                    .setIncarnation(record.incarnation())
                    .setRangeEpoch(record.rangeEpoch())
                    .setType(OperationType.OPERATION_TYPE_CLOSE)
                    .setBody(CloseOp.getDefaultInstance().toByteString())
                    .setSession(session)
                    .setBudgetMillis(budgetMillis)
                    .build();
        }

        @Override
        protected void answered(Reply reply) {
            countdown.one();
        }

        @Override
        protected void lost(boolean sent, String reason) {
            countdown.one();
        }
    }
}
