package io.ringkv.manager.placement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses one voter of each shard as its first leader, so that leaders per server are as even as the voters allow.
 *
 * <p>An assignment is the evenest possible exactly when no chain of shards exists along which leadership could be passed
 * from one server to another that leads at least two less (semi-matchings: Harvey, Ladner, Lovász, Tamir 2006). Where all
 * servers have the same number of replicas, give or take one, that optimum is within one.
 *
 * <p>Used once, by one thread.
 */
final class LeaderSpread {

    private final int[][] voters;
    private final int[] leaderOf;
    private final int[] led;

    /** Shards each server leads now. */
    private final List<List<Integer>> shardsOf;

    private LeaderSpread(int[][] voters, int servers) {
        this.voters = voters;
        this.leaderOf = new int[voters.length];
        this.led = new int[servers];
        this.shardsOf = new ArrayList<>(servers);
        for (int server = 0; server < servers; server++) {
            shardsOf.add(new ArrayList<>());
        }
    }

    /**
     * The leader of each shard.
     *
     * @param voters per shard its servers, in the order in which they are preferred among equals
     */
    static int[] choose(int[][] voters, int servers) {
        LeaderSpread spread = new LeaderSpread(voters, servers);
        spread.chooseLeastLoaded();
        spread.passAlongChains();
        return spread.leaderOf;
    }

    private void chooseLeastLoaded() {
        for (int shard = 0; shard < voters.length; shard++) {
            int least = voters[shard][0];
            for (int voter : voters[shard]) {
                if (led[voter] < led[least]) {
                    least = voter;
                }
            }
            leaderOf[shard] = least;
            led[least]++;
            shardsOf.get(least).add(shard);
        }
    }

    private void passAlongChains() {
        boolean improved = true;
        while (improved) {
            improved = false;
            for (int server = 0; server < led.length; server++) {
                while (passOneFrom(server)) {
                    improved = true;
                }
            }
        }
    }

    /** Finds the shortest chain from this server to one that leads at least two less, and passes one shard along it. */
    private boolean passOneFrom(int source) {
        int[] shardInto = new int[led.length];
        Arrays.fill(shardInto, -1);
        boolean[] seen = new boolean[led.length];
        seen[source] = true;
        ArrayDeque<Integer> frontier = new ArrayDeque<>();
        frontier.add(source);
        while (!frontier.isEmpty()) {
            int server = frontier.remove();
            if (led[server] <= led[source] - 2) {
                passBack(server, source, shardInto);
                return true;
            }
            for (int shard : shardsOf.get(server)) {
                for (int voter : voters[shard]) {
                    if (!seen[voter]) {
                        seen[voter] = true;
                        shardInto[voter] = shard;
                        frontier.add(voter);
                    }
                }
            }
        }
        return false;
    }

    private void passBack(int target, int source, int[] shardInto) {
        int server = target;
        while (server != source) {
            Integer shard = shardInto[server];
            int previous = leaderOf[shard];
            shardsOf.get(previous).remove(shard);
            shardsOf.get(server).add(shard);
            leaderOf[shard] = server;
            server = previous;
        }
        led[source]--;
        led[target]++;
    }
}
