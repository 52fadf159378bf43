package io.ringkv.server.barrier;

import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.server.barrier.ModelNetwork.Link;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server of the model: one replica, the real {@link TermBarrier} and the real {@link TermConfirmationService}. Its process
 * can stop and start again, or be paused: then nothing of it runs, and what arrives waits. Its event loop alone can be held
 * up while Raft goes on. Its replica can be closed and opened again within the process.
 */
final class ModelServer {
    private static final BarrierSettings SETTINGS = new BarrierSettings(8, 50, 100, 10_000);

    private final int number;
    private final ModelCluster cluster;
    private final ModelRaft raft;
    private final BarrierMutant mutant;
    private final Queue<Runnable> inbox = new ArrayDeque<>();

    private ManualLoop loop = new ManualLoop();
    private TermBarrier barrier;
    private ReadBarrier asked;
    private TermConfirmationService service;
    private @Nullable ModelReplica replica;
    /** How often the process was started. */
    private int life;

    private boolean alive = true;
    private boolean paused;
    private boolean heldUp;

    /** The replica of one opening. */
    private final class ModelReplica extends BarrierOnlyReplica {
        private record Wait(long index, Runnable action, Runnable closed) {}

        private final List<Wait> waits = new ArrayList<>();
        private final ShardReplica seen = mutant.replica(this, raft);
        private boolean closed;

        private ModelReplica() {
            super(1);
        }

        @Override
        public DivisionView division() {
            if (replica == null) {
                return new DivisionView(
                        false, "STARTING", raft.term(), false, false, true, 0, VoterIds.of(), VoterIds.of(), null);
            }
            return raft.view();
        }

        @Override
        public long termIfRunning() {
            return replica == null ? 0 : raft.term();
        }

        @Override
        public void stepDown(String reason) {
            raft.stepDown();
        }

        @Override
        public void whenApplied(long index, Runnable action, Runnable whenClosed) {
            if (closed) {
                whenClosed.run();
            } else if (raft.applied() >= index) {
                action.run();
            } else {
                waits.add(new Wait(index, action, whenClosed));
            }
        }

        private void applied() {
            List<Wait> due = waits.stream()
                    .filter(wait -> wait.index() <= raft.applied())
                    .toList();
            waits.removeAll(due);
            due.forEach(wait -> wait.action().run());
        }

        private void close() {
            closed = true;
            waits.forEach(wait -> wait.closed().run());
        }
    }

    ModelServer(int number, ModelCluster cluster, int servers, BarrierMutant mutant) {
        this.number = number;
        this.cluster = cluster;
        this.mutant = mutant;
        this.raft = new ModelRaft(this, cluster, servers);
        startProcess();
    }

    private void startProcess() {
        life++;
        loop = new ManualLoop();
        loop.runUntil(cluster.net().now());
        ServerId id = new ServerId(number);
        PeerConfirmations peers = mutant.peers(this::ask);
        barrier = new TermBarrier(
                () -> BarrierFixture.CLUSTER_BYTES, id, loop, peers, loop, SETTINGS, new SimpleMeterRegistry());
        asked = mutant.barrier(barrier);
        service = new TermConfirmationService(() -> BarrierFixture.CLUSTER_BYTES, id, group -> replica, asking -> {});
        openReplica();
    }

    private void openReplica() {
        int openedBy = life;
        cluster.net().after(cluster.net().between(1 * ModelNetwork.MILLIS, 60 * ModelNetwork.MILLIS), () -> {
            if (alive && life == openedBy && replica == null) {
                raft.restart();
                replica = new ModelReplica();
            }
        });
    }

    /** Opens the replica at once: the first time. */
    void openNow() {
        raft.restart();
        replica = new ModelReplica();
    }

    int number() {
        return number;
    }

    ModelRaft raft() {
        return raft;
    }

    // Reads

    /** A read arrives, if there is somebody to take it. */
    void read(ReadBarrier.Waiter waiter) {
        ModelReplica present = replica;
        if (alive && !paused && present != null) {
            asked.confirm(present.seen, waiter);
        }
    }

    // What happens to it

    void tick() {
        if (alive && !paused && replica != null) {
            raft.tick();
        }
    }

    void applySoon() {
        ModelReplica present = replica;
        cluster.net()
                .after(
                        cluster.net().between(1, 2 * ModelNetwork.MILLIS),
                        () -> receive(() -> {
                            if (present != null && present == replica) {
                                raft.apply();
                                present.applied();
                            }
                        }));
    }

    void receiveRaft(Consumer<ModelRaft> message) {
        receive(() -> {
            if (replica != null) {
                message.accept(raft);
            }
        });
    }

    private void receive(Runnable message) {
        if (paused && alive) {
            inbox.add(message);
        } else if (alive) {
            message.run();
        }
    }

    void pause(long nanos) {
        paused = true;
        cluster.net().after(nanos, () -> {
            paused = false;
            boolean loopFirst = cluster.net().chance(50);
            if (loopFirst) {
                runLoop();
            }
            while (!inbox.isEmpty() && !paused) {
                inbox.remove().run();
            }
        });
    }

    void holdUpLoop(long nanos) {
        heldUp = true;
        cluster.net().after(nanos, () -> heldUp = false);
    }

    void crash(long downNanos) {
        if (!alive) {
            return;
        }
        alive = false;
        inbox.clear();
        raft.stepDown();
        replica = null;
        cluster.net().after(downNanos, () -> {
            alive = true;
            startProcess();
        });
    }

    void reopenReplica() {
        ModelReplica present = replica;
        if (alive && present != null) {
            replica = null;
            raft.stepDown();
            present.close();
            openReplica();
        }
    }

    /** When its loop has something to do; {@code Long.MAX_VALUE} while it cannot. */
    long loopDue() {
        return alive && !paused && !heldUp ? loop.nextDueNanos() : Long.MAX_VALUE;
    }

    void runLoop() {
        if (alive && !paused && !heldUp) {
            loop.runUntil(cluster.net().now());
        }
    }

    // Questions of barriers

    private void ask(ServerId whom, ConfirmTermsRequest request, long timeoutMillis, PeerConfirmations.Listener to) {
        int askedBy = life;
        boolean[] told = new boolean[1];
        Consumer<Runnable> tellOnce = answer -> receive(() -> {
            if (life == askedBy && !told[0]) {
                told[0] = true;
                answer.run();
            }
        });
        ModelServer peer = cluster.server((int) whom.value());
        cluster.net().after(timeoutMillis * ModelNetwork.MILLIS, () -> tellOnce.accept(to::failed));
        cluster.net().send(Link.BARRIER, number, peer.number, () -> {
            if (!peer.alive) {
                tellOnce.accept(to::failed);
                return;
            }
            peer.receive(() -> peer.answer(
                    request,
                    reply -> cluster.net()
                            .send(Link.BARRIER, peer.number, number, () -> tellOnce.accept(() -> to.answered(reply)))));
        });
    }

    private void answer(ConfirmTermsRequest request, Consumer<ConfirmTermsReply> reply) {
        service.confirmTerms(request, new StreamObserver<>() {
            @Override
            public void onNext(ConfirmTermsReply answer) {
                reply.accept(mutant.answer(request, answer, raft));
            }

            @Override
            public void onError(Throwable cause) {
                throw new AssertionError(cause);
            }

            @Override
            public void onCompleted() {}
        });
    }

    @Override
    public String toString() {
        return raft + (alive ? "" : ", down") + (paused ? ", paused" : "");
    }
}
