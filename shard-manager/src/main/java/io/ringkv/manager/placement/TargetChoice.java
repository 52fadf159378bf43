package io.ringkv.manager.placement;

import java.util.BitSet;
import java.util.Map;

/**
 * Chooses the server for a replica that has to be placed: of those that may take it the one with the fewest replicas; of
 * equals the one that shares the fewest shards with the shard's other servers, so that the work of a server that dies falls
 * on many; of equals the first.
 */
final class TargetChoice {

    private final Layout layout;
    private final Constraints constraints;

    private int best = Layout.NONE;
    private int bestCount;
    private long bestShared;

    private TargetChoice(Layout layout, Constraints constraints) {
        this.layout = layout;
        this.constraints = constraints;
    }

    /**
     * The server, or {@link Layout#NONE} if there is none.
     *
     * @param source server whose replica it takes the place of, or {@link Layout#NONE}
     */
    static int choose(Layout layout, Constraints constraints, int shard, int source) {
        TargetChoice choice = new TargetChoice(layout, constraints);
        for (int zone = 0; zone < layout.zones(); zone++) {
            if (constraints.hasRoomInZone(shard, source, zone)) {
                choice.look(zone, shard, source);
            }
        }
        return choice.best;
    }

    private void look(int zone, int shard, int source) {
        for (Map.Entry<Integer, BitSet> level :
                layout.servingInZone(zone).ascending().entrySet()) {
            int count = level.getKey();
            if (best != Layout.NONE && count > bestCount) {
                return;
            }
            boolean found = false;
            BitSet servers = level.getValue();
            for (int server = servers.nextSetBit(0); server >= 0; server = servers.nextSetBit(server + 1)) {
                if (constraints.obstacle(shard, source, server) == null) {
                    found = true;
                    consider(server, count, layout.companions().sharedWith(server, shard, source));
                }
            }
            if (found) {
                return;
            }
        }
    }

    private void consider(int server, int count, long shared) {
        boolean better = best == Layout.NONE
                || count < bestCount
                || (count == bestCount && (shared < bestShared || (shared == bestShared && server < best)));
        if (better) {
            best = server;
            bestCount = count;
            bestShared = shared;
        }
    }
}
