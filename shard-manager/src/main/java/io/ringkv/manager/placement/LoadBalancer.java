package io.ringkv.manager.placement;

import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes data from servers that hold clearly more than the average, without making the number of replicas less even.
 *
 * <p><b>Goals.</b> No server above the average by more than the tolerance (a share of the average, and at least so many
 * bytes). Within the tolerance nothing is moved.
 *
 * <p><b>Constraints.</b> A server that holds more replicas than the other gives one; else two are exchanged. The greater
 * load of the pair falls by at least a quarter of the tolerance, or nothing is done: so this comes to an end, and small
 * changes of sizes start nothing. In one round a server takes part once.
 *
 * <p><b>Algorithm.</b> For each server above the tolerance, the most loaded first: among the eight least loaded servers, the
 * move or exchange after which the greater load of the pair is least.
 *
 * <p>Used once, by one thread.
 */
final class LoadBalancer {

    private static final int PERCENT = 100;
    private static final int PARTNERS_LOOKED_AT = 8;
    private static final int LEAST_GAIN_PARTS = 4;

    private final Layout layout;
    private final Constraints constraints;
    private final long averageBytes;
    private final long toleranceBytes;
    private final List<Integer> serving = new ArrayList<>();
    private final BitSet partners = new BitSet();
    private final List<Proposal> proposals = new ArrayList<>();

    private LoadBalancer(Layout layout) {
        this.layout = layout;
        this.constraints = new Constraints(layout);
        long sum = 0;
        for (int server = 0; server < layout.servers(); server++) {
            if (layout.standing(server) == ServerStanding.SERVING) {
                serving.add(server);
                sum += layout.loadBytes(server);
            }
        }
        PlacementTolerances tolerances = layout.view().tolerances();
        this.averageBytes = sum / Math.max(1, serving.size());
        this.toleranceBytes = Math.max(tolerances.loadBytes(), averageBytes / PERCENT * tolerances.loadPercent());
        serving.sort(Comparator.<Integer>comparingLong(server -> -layout.loadBytes(server))
                .thenComparing(Comparator.naturalOrder()));
    }

    /** Moves that even out data; the layout shows them as done. */
    static List<Proposal> propose(Layout layout) {
        LoadBalancer balancer = new LoadBalancer(layout);
        // The loads change on the way, the order does not: who is relieved is out of the round.
        for (int server : balancer.serving) {
            if (layout.loadBytes(server) > balancer.averageBytes + balancer.toleranceBytes) {
                balancer.relieve(server);
            }
        }
        return balancer.proposals;
    }

    private void relieve(int server) {
        if (partners.get(server)) {
            return;
        }
        Exchange best = null;
        int looked = 0;
        for (int i = serving.size() - 1; i >= 0 && looked < PARTNERS_LOOKED_AT; i--) {
            int partner = serving.get(i);
            if (partner != server && !partners.get(partner) && layout.loadBytes(partner) < averageBytes) {
                looked++;
                best = better(best, bestWith(server, partner));
            }
        }
        if (best != null) {
            partners.set(best.source());
            partners.set(best.target());
            carryOut(best);
        }
    }

    private static @Nullable Exchange better(@Nullable Exchange first, @Nullable Exchange second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return second.greaterLoad() < first.greaterLoad() ? second : first;
    }

    private @Nullable Exchange bestWith(int source, int target) {
        long most = layout.loadBytes(source) - toleranceBytes / LEAST_GAIN_PARTS;
        boolean isMove = layout.replicas(source) > layout.replicas(target);
        List<Integer> back = isMove ? List.of(Layout.NONE) : movable(target, source);
        Exchange best = null;
        for (int given : movable(source, target)) {
            for (int returned : back) {
                long difference = bytes(given) - bytes(returned);
                long greater = Math.max(layout.loadBytes(source) - difference, layout.loadBytes(target) + difference);
                if (greater <= most && (best == null || greater < best.greaterLoad())) {
                    best = new Exchange(source, target, given, returned, greater);
                }
            }
        }
        return best;
    }

    private List<Integer> movable(int source, int target) {
        return layout.shardsOn(source).stream()
                .filter(shard -> layout.isMovable(shard) && constraints.obstacle(shard, source, target) == null)
                .toList();
    }

    private long bytes(int shard) {
        return shard == Layout.NONE ? 0 : layout.shard(shard).dataBytes();
    }

    private void carryOut(Exchange exchange) {
        String reason = "Server " + layout.label(exchange.source()) + " holds " + layout.loadBytes(exchange.source())
                + " bytes, the average is " + averageBytes + ".";
        String gain = "greater load of " + layout.label(exchange.source()) + " and "
                + layout.label(exchange.target()) + " " + layout.loadBytes(exchange.source()) + " to "
                + exchange.greaterLoad() + " bytes";
        move(exchange.given(), exchange.source(), exchange.target(), reason, gain);
        if (exchange.returned() != Layout.NONE) {
            move(exchange.returned(), exchange.target(), exchange.source(), reason, gain);
        }
    }

    private void move(int shard, int source, int target, String reason, String gain) {
        ShardOperation operation = new ShardOperation(
                OperationKind.MOVE_REPLICA,
                layout.server(source).server(),
                layout.server(target).server());
        Moves.play(layout, shard, operation);
        proposals.add(new Proposal(layout.shard(shard).shard(), operation, PlacementRule.EVEN_LOAD, reason, gain));
    }

    /**
     * A shard given, and one returned or {@link Layout#NONE}.
     *
     * @param greaterLoad bytes of the more loaded of the two servers afterwards
     */
    private record Exchange(int source, int target, int given, int returned, long greaterLoad) {}
}
