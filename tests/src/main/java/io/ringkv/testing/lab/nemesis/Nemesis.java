package io.ringkv.testing.lab.nemesis;

import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.run.Disturbance;
import io.ringkv.testing.lab.run.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out a schedule on a cluster of processes. Used by one thread, besides its own. */
public final class Nemesis implements Disturbance {
    private static final Duration HEALING = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 100;

    private final List<Fault> schedule;
    private final Members members;
    private final Harms harms;
    private final Consumer<String> talk;
    private final Thread thread = new Thread(this::run, "lab-nemesis");
    private @Nullable Recorder recorder;
    private volatile boolean stop;
    private volatile @Nullable IOException failure;
    private long healedMillis;

    /**
     * @param client of its own, to find out who leads
     * @param talk is told of every fault; on a thread of its own
     */
    public Nemesis(
            ProcessCluster cluster,
            List<Fault> schedule,
            RingKvClient client,
            int servers,
            int managers,
            Consumer<String> talk) {
        this.talk = talk;
        this.schedule = List.copyOf(schedule);
        this.members = new Members(client, servers, managers);
        this.harms = new Harms(cluster, members, () -> stop);
        thread.setDaemon(true);
    }

    @Override
    public void start(Recorder takesDown) {
        recorder = takesDown;
        thread.start();
    }

    private void run() {
        long origin = System.nanoTime();
        try {
            for (Fault fault : schedule) {
                if (!await(origin, fault.fromMillis())) {
                    return;
                }
                Harm harm = harms.of(fault);
                takeDown(fault.kind(), false, harm.words());
                harm.inflict();
                await(origin, fault.toMillis());
                harm.undo();
                takeDown(fault.kind(), true, harm.words());
                // What took longer than planned moves all that follows: the time between is for the cluster to recover.
                origin += Math.max(0, System.nanoTime() - origin - TimeUnit.MILLISECONDS.toNanos(fault.toMillis()));
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException("the schedule broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a time of the schedule; false if the run ends before. */
    private boolean await(long origin, long atMillis) throws InterruptedException {
        while (!stop) {
            long left = atMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - origin);
            if (left <= 0) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(left, POLL_MILLIS));
        }
        return false;
    }

    private void takeDown(FaultKind kind, boolean undone, List<String> words) {
        Recorder to = recorder;
        if (to != null) {
            talk.accept((undone ? "undone: " : "") + kind + " " + String.join(" ", words));
            String what = kind + (undone ? FaultEvent.UNDONE : "");
            to.add(new FaultEvent(to.nowNanos(), what, Datum.ofTexts(words)));
        }
    }

    /**
     * Ends the schedule and waits until the cluster is whole.
     *
     * @throws RingKvException UNHEALTHY if it does not become so, INTERNAL if a fault could not be made or undone
     */
    @Override
    public void heal() {
        stop = true;
        try {
            thread.join();
            IOException broken = failure;
            if (broken != null) {
                throw new RingKvException(ErrorCode.INTERNAL, "A fault could not be made or undone", broken);
            }
            long begin = System.nanoTime();
            String problem = members.problem();
            while (problem != null) {
                if (System.nanoTime() - begin > HEALING.toNanos()) {
                    throw new RingKvException(
                            ErrorCode.UNHEALTHY,
                            "The cluster is not whole " + HEALING.toSeconds() + " s after the last fault: " + problem);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                problem = members.problem();
            }
            healedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How long it took after the load until the cluster was whole. Once it is. */
    public long healedMillis() {
        return healedMillis;
    }
}
