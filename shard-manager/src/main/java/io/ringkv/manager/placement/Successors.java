package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import org.jspecify.annotations.Nullable;

/** Who shall lead a shard when its leader has to go: of the voters that may lead the one that leads the fewest shards. */
public final class Successors {

    private Successors() {}

    /**
     * The server that shall lead instead of this one, or null if no other voter may lead now.
     *
     * @param shard the shard as it is now, before any operation on it
     * @param leaving the server that shall not lead
     */
    public static @Nullable ServerId choose(PlacementView view, ShardView shard, ServerId leaving) {
        Layout layout = new Layout(view);
        int best = Layout.NONE;
        for (ServerId voter : shard.voters()) {
            int candidate = layout.number(voter);
            if (!voter.equals(leaving) && mayLead(layout, candidate)) {
                best = better(layout, best, candidate);
            }
        }
        return best == Layout.NONE ? null : layout.server(best).server();
    }

    /** The same by numbers, for the voters of the layout; {@link Layout#NONE} if nobody may lead. */
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
