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
        int readOnly = Layout.NONE;
        for (int voter : layout.voters(shard)) {
            if (voter != leaving && mayLead(layout, voter)) {
                best = better(layout, best, voter);
            } else if (voter != leaving && canLead(layout, voter)) {
                readOnly = better(layout, readOnly, voter);
            }
        }
        return best == Layout.NONE ? readOnly : best;
    }

    /** Whether another voter than this one may lead and takes growth. */
    static boolean hasWritable(Layout layout, int shard, int leader) {
        for (int voter : layout.voters(shard)) {
            if (voter != leader && mayLead(layout, voter)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the server may be given shards to lead, so that leaders are spread more evenly. */
    static boolean mayLead(Layout layout, int server) {
        return canLead(layout, server) && !layout.server(server).isReadOnly();
    }

    /** Whether it can lead at all: better a leader that takes no growth than none. */
    private static boolean canLead(Layout layout, int server) {
        return layout.standing(server) == ServerStanding.SERVING;
    }

    private static int better(Layout layout, int best, int candidate) {
        if (best == Layout.NONE || layout.led(candidate) < layout.led(best)) {
            return candidate;
        }
        return layout.led(candidate) == layout.led(best) ? Math.min(best, candidate) : best;
    }
}
