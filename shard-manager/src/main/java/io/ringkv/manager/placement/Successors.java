package io.ringkv.manager.placement;

/** Who shall lead a shard when its leader has to go: of the voters that may lead the one that leads the fewest shards. */
final class Successors {

    private Successors() {}

    /**
     * The voter that shall lead instead of a server, or {@link Layout#NONE} if no other may lead now.
     *
     * @param leaving the server that shall not lead
     */
    static int choose(Layout layout, int shard, int leaving) {
        int best = Layout.NONE;
        for (int voter : layout.voters(shard)) {
            if (voter != leaving && mayLead(layout, voter)) {
                best = better(layout, best, voter);
            }
        }
        return best;
    }

    static boolean mayLead(Layout layout, int server) {
        return layout.standing(server) == ServerStanding.SERVING;
    }

    private static int better(Layout layout, int best, int candidate) {
        if (best == Layout.NONE || layout.led(candidate) < layout.led(best)) {
            return candidate;
        }
        return layout.led(candidate) == layout.led(best) ? Math.min(best, candidate) : best;
    }
}
