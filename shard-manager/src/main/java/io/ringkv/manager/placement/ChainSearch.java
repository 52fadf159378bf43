package io.ringkv.manager.placement;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where something that servers have a number of can be passed on, so that the numbers become more even: from a
 * server to one that has at least two less, or else along a chain of servers between two such.
 *
 * <p><b>Goals.</b> (1) When nothing is found in a fresh search, there is no such chain, and then no other assignment is more
 * even (as with semi-matchings: Harvey, Ladner, Lovász, Tamir 2006). (2) Chains are as short as can be. (3) Any part of
 * what one search finds may be carried out, and the rest not, without making anything less even; and what is left to do then
 * never undoes it.
 *
 * <p><b>Constraints.</b> Within one search a server that has gained does not lose, and one that has lost does not gain.
 *
 * <p><b>Algorithm.</b> Counts from the highest downwards: breadth first from all servers with that count or more, until a
 * server is met that has at least two less. Of the chain to it only the last hop is given out, because carrying out an
 * earlier one alone would make things worse; after the last hop, the chain that is left is shorter, and is found in the next
 * search. Every hop therefore lowers the sum of the squared counts, or leaves it and shortens the chain: so searching comes
 * to an end. From servers below which nothing was met once, nothing is looked for again in the same search.
 *
 * <p>Example, counts a 4, b 3, c 2, where a can pass on to b only and b to c: first b passes one to c, then a one to b.
 *
 * <p>Used by one thread.
 */
final class ChainSearch {

    /** What is passed on. */
    interface Passing {
        /** How many a server has. */
        int count(int server);

        /** Servers by how many they have. */
        ServersByCount byCount();

        /** Names every server among {@code unseen} to which {@code source} could pass one, ascending or not. */
        void targets(int source, BitSet unseen, IntConsumer target);
    }

    /**
     * One thing passed on.
     *
     * @param source server that has one less afterwards
     * @param target server that has one more
     * @param origin server at the head of the chain, for whose sake it is; the source itself if there is no chain
     */
    record Hop(int source, int target, int origin) {}

    private final Passing passing;
    private final int servers;

    /** Servers from which nothing was met in this search. */
    private final BitSet closed = new BitSet();

    private final BitSet gained = new BitSet();
    private final BitSet lost = new BitSet();

    ChainSearch(Passing passing, int servers) {
        this.passing = passing;
        this.servers = servers;
    }

    /** The next hop, which must be carried out before the next call; null if nothing more is found. */
    @Nullable
    Hop next() {
        BitSet unseen = new BitSet();
        unseen.set(0, servers);
        unseen.andNot(closed);
        int[] originOf = new int[servers];
        Arrays.fill(originOf, Layout.NONE);
        ServersByCount byCount = passing.byCount();
        if (byCount.spread() < 2) {
            return null;
        }
        int lowest = byCount.ascending().firstKey();
        for (Map.Entry<Integer, BitSet> level : byCount.descending().entrySet()) {
            int atMost = level.getKey() - 2;
            if (atMost < lowest) {
                return null;
            }
            Hop hop = below(level.getValue(), atMost, unseen, originOf);
            if (hop != null) {
                gained.set(hop.target());
                lost.set(hop.source());
                return hop;
            }
            closed.set(0, servers);
            closed.andNot(unseen);
        }
        return null;
    }

    /** The last hop of the shortest chain from one of the roots to a server that has at most so many. */
    private @Nullable Hop below(BitSet roots, int atMost, BitSet unseen, int[] originOf) {
        ArrayDeque<Integer> frontier = new ArrayDeque<>();
        for (int root = roots.nextSetBit(0); root >= 0; root = roots.nextSetBit(root + 1)) {
            if (unseen.get(root)) {
                unseen.clear(root);
                originOf[root] = root;
                frontier.add(root);
            }
        }
        while (!frontier.isEmpty()) {
            int source = frontier.remove();
            Nearest nearest = new Nearest(source, atMost);
            passing.targets(source, unseen, nearest);
            if (nearest.best != Layout.NONE) {
                return new Hop(source, nearest.best, originOf[source]);
            }
            BitSet others = nearest.others;
            unseen.andNot(others);
            for (int other = others.nextSetBit(0); other >= 0; other = others.nextSetBit(other + 1)) {
                originOf[other] = originOf[source];
                frontier.add(other);
            }
        }
        return null;
    }

    /**
     * Takes the targets of one server apart: of those that have few enough, the one with the fewest; and those that have
     * more, through which a chain can go on.
     */
    private final class Nearest implements IntConsumer {

        private final boolean sourceMayLose;
        private final int atMost;
        private final BitSet others = new BitSet();
        private int best = Layout.NONE;

        Nearest(int source, int atMost) {
            this.sourceMayLose = !gained.get(source);
            this.atMost = atMost;
        }

        @Override
        public void accept(int target) {
            if (passing.count(target) > atMost) {
                others.set(target);
                return;
            }
            boolean mayPass = sourceMayLose && !lost.get(target);
            boolean better = best == Layout.NONE
                    || passing.count(target) < passing.count(best)
                    || (passing.count(target) == passing.count(best) && target < best);
            if (mayPass && better) {
                best = target;
            }
        }
    }
}
