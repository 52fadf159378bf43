package io.ringkv.cli.ring;

import io.ringkv.common.ring.TokenRange;
import java.util.List;

/**
 * What a drawing of the ring shows. Pure data, without ids: servers and shards are known by what people call them.
 *
 * @param title what stands in the middle, line by line
 * @param servers in the order of their rings, outermost first
 * @param arcs in the order of their ends
 * @param moves replicas that are on their way
 * @param healthy whether nothing is wrong
 */
public record RingPicture(List<String> title, List<Server> servers, List<Arc> arcs, List<Move> moves, boolean healthy) {

    /** Keeps copies. */
    public RingPicture {
        title = List.copyOf(title);
        servers = List.copyOf(servers);
        arcs = List.copyOf(arcs);
        moves = List.copyOf(moves);
    }

    /**
     * A server.
     *
     * @param label its name
     * @param note its state, and zone if it has one
     * @param well it is heard and stays
     * @param replicas how many shards have a replica on it
     * @param leaders how many it leads
     * @param bytes data it holds
     */
    public record Server(String label, String note, boolean well, int replicas, int leaders, long bytes) {}

    /**
     * A shard.
     *
     * @param shard its number
     * @param range its part of the ring
     * @param leader index of the server that leads it, -1 if none does
     * @param replicas where it has replicas
     * @param keys how many keys it holds
     * @param bytes how much data
     */
    public record Arc(int shard, TokenRange range, int leader, List<Copy> replicas, long keys, long bytes) {
        /** Keeps a copy. */
        public Arc {
            replicas = List.copyOf(replicas);
        }

        /** Where the middle of the arc is, as a part of the circle from token zero on. */
        double middle() {
            double middle = start() + size() / 2;
            return middle >= 1 ? middle - 1 : middle;
        }

        /** Where the arc begins, as a part of the circle. */
        double start() {
            return fraction(range.startExclusive().bits());
        }

        /** How much of the circle it is. */
        double size() {
            return range.fraction();
        }

        private static double fraction(long bits) {
            return (bits >>> 1) / (double) (1L << 62) / 2;
        }
    }

    /**
     * A replica.
     *
     * @param server index of its server
     * @param well it takes part and is complete
     */
    public record Copy(int server, boolean well) {}

    /**
     * A replica on its way.
     *
     * @param shard number of its shard
     * @param from index of the server it leaves, -1 if there is none
     * @param to index of the server it comes to, -1 if there is none
     */
    public record Move(int shard, int from, int to) {}
}
