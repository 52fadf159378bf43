package io.ringkv.server.barrier;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.barrier.ModelNetwork.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One shard on a few servers, clients who write and read wherever they believe a leader, and faults; everything decided by a
 * seed. Checks each served read: it must see all that a leader knew to be committed when the read arrived.
 */
final class ModelCluster {
    private static final long DURATION = 500 * ModelNetwork.MILLIS;

    /** How voters may change. */
    enum Changes {
        /** One at a time; a new leader ends a change with its first entry, as Ratis does. */
        ONE_VOTER,
        /** To any other set; a new leader goes on with the change, as joint consensus demands. */
        ANY;

        /** The configuration in the first entry of a new leader. */
        ModelConfiguration startupOf(ModelConfiguration newest) {
            return this == ANY ? newest : new ModelConfiguration(newest.current(), 0);
        }
    }

    /** What came of a run. */
    record Result(int served, int stale, Map<ErrorCode, Integer> refused, List<String> staleReads) {}

    private final ModelNetwork net;
    private final ModelTrouble trouble;
    private final List<ModelServer> servers = new ArrayList<>();
    private final Map<ErrorCode, Integer> refused = new EnumMap<>(ErrorCode.class);
    private final List<String> staleReads = new ArrayList<>();
    private final long readNanos;
    private final long writeNanos;
    /** What was committed, for ever. */
    private final List<ModelRaft.Entry> committed = new ArrayList<>();

    private int served;
    /** Nobody reads at a leader before. */
    private long silentUntil;

    private ModelCluster(long seed, Supplier<BarrierMutant> mutants) {
        Random random = new Random(seed);
        trouble = ModelTrouble.of(seed, random);
        net = new ModelNetwork(random, trouble.servers());
        writeNanos = net.between(1 * ModelNetwork.MILLIS, 30 * ModelNetwork.MILLIS);
        readNanos = net.between(500 * ModelNetwork.MICROS, (net.chance(50) ? 2 : 20) * ModelNetwork.MILLIS);
        for (int number = 1; number <= trouble.servers(); number++) {
            servers.add(new ModelServer(number, this, trouble.servers(), mutants.get()));
        }
        ModelRaft.Entry first = ModelRaft.first(new ModelConfiguration(((1 << trouble.voters()) - 1) << 1, 0));
        servers.subList(0, trouble.voters()).forEach(server -> server.raft().create(first));
        servers.forEach(ModelServer::openNow);
    }

    /** Plays one seed. */
    static Result play(long seed, Supplier<BarrierMutant> mutants) {
        ModelCluster cluster = new ModelCluster(seed, mutants);
        try {
            cluster.run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
        }
        return new Result(cluster.served, cluster.staleReads.size(), cluster.refused, cluster.staleReads);
    }

    ModelNetwork net() {
        return net;
    }

    Changes changes() {
        return trouble.changes();
    }

    ModelServer server(int number) {
        return servers.get(number - 1);
    }

    private void run() {
        servers.forEach(server -> every(3 * ModelNetwork.MILLIS, 5 * ModelNetwork.MILLIS, server::tick));
        every(200 * ModelNetwork.MICROS, writeNanos, this::write);
        every(100 * ModelNetwork.MICROS, readNanos, this::read);
        every(2 * ModelNetwork.MILLIS, trouble.calmNanos(), this::disturb);
        while (true) {
            ModelServer first = servers.get(0);
            for (ModelServer server : servers) {
                first = server.loopDue() < first.loopDue() ? server : first;
            }
            if (Math.min(first.loopDue(), net.nextDue()) > DURATION) {
                return;
            }
            if (first.loopDue() <= net.nextDue()) {
                net.advanceTo(first.loopDue());
                first.runLoop();
            } else {
                net.runNext();
            }
        }
    }

    private void every(long fromNanos, long toNanos, Runnable action) {
        net.after(net.between(fromNanos, toNanos), () -> {
            action.run();
            every(fromNanos, toNanos, action);
        });
    }

    private ModelServer anyServer() {
        return servers.get(net.random.nextInt(servers.size()));
    }

    /** Somebody who believes to lead, if there is one; when several do, any of them. */
    private ModelServer anyLeader() {
        List<ModelServer> leaders =
                servers.stream().filter(server -> server.raft().leads()).toList();
        return leaders.isEmpty() ? anyServer() : leaders.get(net.random.nextInt(leaders.size()));
    }

    private void write() {
        anyLeader().raft().propose();
    }

    /** All who believe to lead are asked, others now and then. */
    private void read() {
        for (ModelServer server : servers) {
            if (server.raft().leads() ? net.now() >= silentUntil : net.chance(5)) {
                readAt(server);
            }
        }
    }

    private void readAt(ModelServer server) {
        int needed = committed.size();
        server.read(new ReadBarrier.Waiter() {
            @Override
            public void serve() {
                served++;
                if (server.raft().applied() < needed) {
                    staleReads.add("needed " + needed + " at " + describe(server));
                }
            }

            @Override
            public void refuse(ErrorCode code, @Nullable ServerId leader) {
                refused.merge(code, 1, Integer::sum);
            }
        });
    }

    /** A leader knows that its log is committed up to here. */
    void committed(List<ModelRaft.Entry> log, int index) {
        for (int i = 0; i < index; i++) {
            if (i == committed.size()) {
                committed.add(log.get(i));
            } else if (!committed.get(i).equals(log.get(i))) {
                throw new AssertionError("The model is broken: two entries are committed at index " + (i + 1));
            }
        }
    }

    private void disturb() {
        int[] weights = trouble.weights();
        int sum = IntStream.of(weights).sum();
        int drawn = net.random.nextInt(sum + 1);
        for (int fault = 0; fault < weights.length; fault++) {
            drawn -= weights[fault];
            if (drawn < 0) {
                disturb(fault);
                return;
            }
        }
    }

    private void disturb(int fault) {
        long duration = net.between(5 * ModelNetwork.MILLIS, 250 * ModelNetwork.MILLIS);
        ModelServer victim = net.chance(50) ? anyLeader() : anyServer();
        switch (fault) {
            case 0 -> depose(1 << victim.number());
            case 1 -> depose(anySide());
            case 2 -> partition(Link.BARRIER, anySide(), duration);
            case 3 ->
                net.cut(net.chance(50) ? Link.RAFT : Link.BARRIER, anyServer().number(), victim.number(), duration);
            case 4 -> victim.pause(duration / 2);
            case 5 -> victim.holdUpLoop(duration / 2);
            case 6 -> victim.crash(duration / 4);
            case 7 -> victim.reopenReplica();
            case 8 -> anyServer().raft().electSoon();
            case 9 -> changeVoters();
            default -> electWithTheLeadersHelp();
        }
    }

    private int anySide() {
        return net.random.nextInt(1 << servers.size()) << 1;
    }

    private void partition(Link link, int side, long duration) {
        for (ModelServer one : servers) {
            for (ModelServer other : servers) {
                if (((side >> one.number()) & 1) != ((side >> other.number()) & 1)) {
                    net.cut(link, one.number(), other.number(), duration);
                }
            }
        }
    }

    /**
     * What is feared most: Raft is cut between two sides, one of which probably has a leader, and the others elect another one.
     * Readers may be silent meanwhile, since the first answer with a higher term would warn their leader.
     */
    private void depose(int side) {
        partition(Link.RAFT, side, net.between(20 * ModelNetwork.MILLIS, 250 * ModelNetwork.MILLIS));
        electSoon(anyFollowers());
        if (net.chance(50)) {
            silentUntil = net.now() + net.between(1 * ModelNetwork.MILLIS, 80 * ModelNetwork.MILLIS);
        }
    }

    private void electWithTheLeadersHelp() {
        List<ModelServer> followers = anyFollowers();
        if (followers.size() > 1) {
            partition(Link.RAFT, 1 << followers.get(0).number(), 60 * ModelNetwork.MILLIS);
            electSoon(followers.subList(1, 2));
        }
    }

    private List<ModelServer> anyFollowers() {
        List<ModelServer> followers = new ArrayList<>(servers);
        followers.removeIf(server -> server.raft().leads());
        Collections.shuffle(followers, net.random);
        return followers;
    }

    private static void electSoon(List<ModelServer> candidates) {
        candidates.stream().findFirst().ifPresent(server -> server.raft().electSoon());
    }

    private void changeVoters() {
        ModelServer leader = anyLeader();
        int present = leader.raft().configuration().current();
        int wanted = present ^ (1 << anyServer().number());
        if (changes() == Changes.ANY) {
            wanted = net.random.nextInt(1 << servers.size()) << 1;
        } else if ((wanted & (1 << leader.number())) == 0) {
            return; // a leader is never removed while it leads
        }
        if (wanted != 0 && Integer.bitCount(wanted) <= 5) {
            leader.raft().change(wanted);
        }
    }

    /** A server has voted: would it still know if it started again? */
    void voted(ModelServer server) {
        if (net.chance(trouble.restartAfterVotePercent())) {
            net.after(net.between(2 * ModelNetwork.MILLIS, 25 * ModelNetwork.MILLIS), server::reopenReplica);
        }
    }

    /** The voters are about to change: a good moment for trouble. */
    void votersChange() {
        if (net.chance(trouble.deposeAtChangePercent())) {
            depose(anySide());
        }
    }

    private String describe(ModelServer reader) {
        return reader + " at " + net.now() / 1_000 + " us, changes " + changes() + ", among:\n"
                + servers.stream().map(ModelServer::toString).collect(Collectors.joining("\n"));
    }
}
