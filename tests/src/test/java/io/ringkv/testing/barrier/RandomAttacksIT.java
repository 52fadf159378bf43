package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Server 1 leads, is deposed in one way or another without always noticing, is healed and leads again, many times over, and is
 * read all the time with the barrier and without. The ways are drawn by a seed; what each leads to depends on timing too.
 */
class RandomAttacksIT {
    private static final BarrierSettings SETTINGS = new BarrierSettings(8, 300, 600_000, 1_000);
    private static final int VICTIM = 1;
    /** Enough for the control; those behind the barrier may each take as long as a round may. */
    private static final long READS = 30;

    private static final long CONFIRMED_READS = 3;

    /** How the leader is deposed. */
    private enum Attack {
        RAFT_CUT,
        /** Nobody reaches the leader, but it reaches the others. */
        INWARDS_CUT,
        /** The leader reaches nobody, but the others reach it. */
        OUTWARDS_CUT,
        RAFT_AND_SOME_OF_THE_BARRIER_CUT,
        TRANSFER,
        /** Only the order to stand for election gets out. */
        TRANSFER_UNHEARD_OF,
        VOTER_RESTARTS
    }

    @TempDir
    private Path directory;

    @Test
    @Timeout(90)
    void noReadBehindTheBarrierIsStale() throws Exception {
        play(11, 3, 4);
    }

    @Test
    @Tag("soak")
    @Timeout(900)
    void noReadOfManyBehindTheBarrierIsStale() throws Exception {
        play(12, 3, 40);
        play(13, 5, 30);
    }

    private void play(long seed, int count, int attacks) throws Exception {
        Random random = new Random(seed);
        List<Attack> played = new ArrayList<>();
        Acknowledged acknowledged = new Acknowledged();
        ShardServers servers = ShardServers.start(directory.resolve("seed-" + seed), count, SETTINGS);
        try (servers;
                ReadWatch confirmed = ReadWatch.confirmed(servers.server(VICTIM), "n");
                ReadWatch unconfirmed = ReadWatch.unconfirmed(servers.server(VICTIM), "n")) {
            for (int number = 1; number <= 2 * attacks; number += 2) {
                put(servers, VICTIM, number, acknowledged);
                // At least one that the leader cannot notice: the control must see it.
                Attack attack = number == 1 ? Attack.RAFT_CUT : Attack.values()[random.nextInt(Attack.values().length)];
                played.add(attack);
                int successor = 2 + random.nextInt(count - 1);
                attack(servers, attack, successor, number + 1, random, acknowledged, confirmed, unconfirmed);
                assertThat(confirmed.stale(acknowledged))
                        .as("stale reads behind the barrier, seed %d, after %s", seed, played)
                        .isZero();
            }
            assertThat(unconfirmed.stale(acknowledged))
                    .as("stale reads without the barrier, seed %d", seed)
                    .isPositive();
        }
    }

    private static void put(ShardServers servers, int leader, int number, Acknowledged acknowledged) {
        servers.put(leader, "n", Integer.toString(number));
        acknowledged.add(number);
    }

    private static void attack(
            ShardServers servers,
            Attack attack,
            int successor,
            int number,
            Random random,
            Acknowledged acknowledged,
            ReadWatch confirmed,
            ReadWatch unconfirmed) {
        long term = servers.server(VICTIM).term();
        List<Fault> faults = cut(servers, attack, random);
        if (attack == Attack.TRANSFER || attack == Attack.TRANSFER_UNHEARD_OF || attack == Attack.INWARDS_CUT) {
            servers.transfer(VICTIM, successor);
        } else {
            servers.electOnly(successor);
        }
        servers.await(
                "server " + successor + " leads in a term above " + term,
                () -> servers.server(successor).leads()
                        && servers.server(successor).term() > term);
        put(servers, successor, number, acknowledged);
        if (attack == Attack.VOTER_RESTARTS) {
            int voter = successor == 2 ? 3 : 2;
            servers.server(voter).killReplicas();
            servers.server(voter).startReplicas();
        }
        long since = System.nanoTime();
        servers.await(
                "server 1 is read",
                () -> unconfirmed.answeredSince(since) >= READS && confirmed.answeredSince(since) >= CONFIRMED_READS);
        faults.forEach(Fault::close);
        servers.server(VICTIM).peers().heal();
        servers.await(
                "server 1 knows that it was deposed",
                () -> servers.server(VICTIM).term() >= servers.server(successor).term());
        servers.handOver(successor, VICTIM);
    }

    private static List<Fault> cut(ShardServers servers, Attack attack, Random random) {
        List<Fault> faults = new ArrayList<>();
        switch (attack) {
            case RAFT_CUT, VOTER_RESTARTS -> faults.add(servers.cutRaft(VICTIM));
            case INWARDS_CUT -> others(servers).forEach(other -> faults.add(servers.cutRaftLink(other, VICTIM)));
            case OUTWARDS_CUT -> others(servers).forEach(other -> faults.add(servers.cutRaftLink(VICTIM, other)));
            case RAFT_AND_SOME_OF_THE_BARRIER_CUT -> {
                faults.add(servers.cutRaft(VICTIM));
                others(servers)
                        .filter(other -> random.nextBoolean())
                        .forEach(other -> servers.cutBarrier(VICTIM, other));
            }
            case TRANSFER -> {
                return List.of();
            }
            case TRANSFER_UNHEARD_OF ->
                others(servers).forEach(other -> {
                    faults.add(servers.cutRaftLink(VICTIM, other, Traffic.HEARTBEATS, Traffic.ENTRIES, Traffic.VOTES));
                    faults.add(servers.cutRaftLink(other, VICTIM));
                });
        }
        return faults;
    }

    private static IntStream others(ShardServers servers) {
        return IntStream.rangeClosed(VICTIM + 1, servers.count());
    }
}
