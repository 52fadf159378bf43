package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether every shard can be led by one of its voters with so many leaders per server at most: plain augmenting paths. */
final class NaiveLeaderMatching {

    private final List<PlacedShard> shards;
    private final int mostPerServer;
    private final Map<ServerId, List<Integer>> ledBy = new HashMap<>();

    private NaiveLeaderMatching(List<PlacedShard> shards, int mostPerServer) {
        this.shards = shards;
        this.mostPerServer = mostPerServer;
    }

    static boolean isPossible(List<PlacedShard> shards, int mostPerServer) {
        NaiveLeaderMatching matching = new NaiveLeaderMatching(shards, mostPerServer);
        for (int shard = 0; shard < shards.size(); shard++) {
            if (!matching.place(shard, new HashSet<>())) {
                return false;
            }
        }
        return true;
    }

    private boolean place(int shard, Set<ServerId> tried) {
        for (ServerId voter : shards.get(shard).voters()) {
            if (tried.add(voter)) {
                List<Integer> led = ledBy.computeIfAbsent(voter, server -> new ArrayList<>());
                if (led.size() < mostPerServer) {
                    led.add(shard);
                    return true;
                }
                for (int i = 0; i < led.size(); i++) {
                    if (place(led.get(i), tried)) {
                        led.set(i, shard);
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
