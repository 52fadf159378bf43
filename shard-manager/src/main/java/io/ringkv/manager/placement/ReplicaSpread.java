package io.ringkv.manager.placement;

import java.util.Arrays;

/**
 * Chooses the servers of each shard so that every server ends with exactly its quota.
 *
 * <p>Why there is no dead end. With m shards left, let a(s) be what server s still has to get, and A(z) the sum over zone
 * z with limit c(z). Before each shard the following holds, and is kept: a(s) ≤ m, A(z) ≤ m·c(z), and the sum of all a(s)
 * is m times the number of replicas. Taking the share a(s)/m of every server fulfils all of: one shard's number of
 * replicas in total; between A(z) − (m−1)·c(z) and c(z) in each zone; exactly 1 of every server with a(s) = m. Servers and
 * zones are nested sets, and such a system that has a fractional solution has a whole-number one. So any choice inside
 * these bounds leads to the same situation with m−1: the choice is free, and is used to spread pairs of servers.
 *
 * <p>Used once, by one thread.
 */
final class ReplicaSpread {

    private final Zones zones;
    private final int[] zoneLimits;

    /** Replicas each server still has to get. */
    private final int[] left;

    /** The same summed per zone. */
    private final long[] leftOfZone;

    /** For each pair of servers, how many shards they share so far. */
    private final int[][] shared;

    ReplicaSpread(Zones zones, int[] zoneLimits, int[] quotas) {
        this.zones = zones;
        this.zoneLimits = zoneLimits.clone();
        this.left = quotas.clone();
        this.leftOfZone = new long[zones.zones()];
        this.shared = new int[quotas.length][quotas.length];
        for (int server = 0; server < quotas.length; server++) {
            leftOfZone[zones.zoneOf(server)] += quotas[server];
        }
    }

    /** For each shard its servers in ascending order. */
    int[][] choose(int shards, int replicationFactor) {
        int[][] chosen = new int[shards][];
        for (int shard = 0; shard < shards; shard++) {
            Choice choice = new Choice(replicationFactor);
            takeThoseThatMust(choice, shards - shard);
            while (choice.size < replicationFactor) {
                choice.take(best(choice, -1));
            }
            chosen[shard] = settle(choice);
        }
        return chosen;
    }

    /** Servers and zones that would have too much left for the shards after this one. */
    private void takeThoseThatMust(Choice choice, int shardsLeft) {
        for (int server = 0; server < left.length; server++) {
            if (left[server] == shardsLeft) {
                choice.take(server);
            }
        }
        for (int zone = 0; zone < leftOfZone.length; zone++) {
            long atLeast = leftOfZone[zone] - (shardsLeft - 1L) * zoneLimits[zone];
            while (choice.ofZone[zone] < atLeast) {
                choice.take(best(choice, zone));
            }
        }
    }

    /** Of the servers that may be taken: fewest shards in common with those taken, then most left to get, then first. */
    private int best(Choice choice, int onlyZone) {
        int best = -1;
        long bestShared = 0;
        for (int server = 0; server < left.length; server++) {
            int zone = zones.zoneOf(server);
            boolean eligible = left[server] > 0
                    && !choice.has(server)
                    && choice.ofZone[zone] < zoneLimits[zone]
                    && (onlyZone < 0 || onlyZone == zone);
            if (eligible) {
                long sharedWithTaken = choice.sharedWith(server);
                if (best < 0
                        || sharedWithTaken < bestShared
                        || (sharedWithTaken == bestShared && left[server] > left[best])) {
                    best = server;
                    bestShared = sharedWithTaken;
                }
            }
        }
        if (best < 0) {
            throw new IllegalStateException("no server left to choose; left " + Arrays.toString(left) + ", taken "
                    + Arrays.toString(choice.servers));
        }
        return best;
    }

    private int[] settle(Choice choice) {
        int[] servers = choice.servers;
        Arrays.sort(servers);
        for (int server : servers) {
            left[server]--;
            leftOfZone[zones.zoneOf(server)]--;
            for (int other : servers) {
                shared[server][other]++;
            }
        }
        return servers;
    }

    /** The servers of one shard while they are chosen. */
    private final class Choice {

        private final int[] servers;
        private final int[] ofZone;
        private int size;

        Choice(int replicationFactor) {
            this.servers = new int[replicationFactor];
            this.ofZone = new int[zones.zones()];
        }

        void take(int server) {
            servers[size++] = server;
            ofZone[zones.zoneOf(server)]++;
        }

        boolean has(int server) {
            for (int i = 0; i < size; i++) {
                if (servers[i] == server) {
                    return true;
                }
            }
            return false;
        }

        long sharedWith(int server) {
            long sum = 0;
            for (int i = 0; i < size; i++) {
                sum += shared[server][servers[i]];
            }
            return sum;
        }
    }
}
