package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.operation.OperationKind;
import org.jspecify.annotations.Nullable;

/** Plays changes of shards on a layout. */
final class Moves {

    private Moves() {}

    /**
     * Shows the operation as if it had succeeded. A leader that loses its replica is followed by the voter that leads the
     * fewest shards.
     */
    static void play(Layout layout, int shard, ShardOperation operation) {
        int source = number(layout, operation.source());
        int target = number(layout, operation.target());
        if (operation.kind() == OperationKind.TRANSFER_LEADER) {
            layout.transfer(shard, target);
            return;
        }
        boolean leads = source != Layout.NONE && layout.leader(shard) == source;
        layout.change(shard, source, target);
        if (leads) {
            int successor = Successors.choose(layout, shard, source);
            if (successor != Layout.NONE) {
                layout.transfer(shard, successor);
            }
        }
    }

    private static int number(Layout layout, @Nullable ServerId server) {
        return server == null ? Layout.NONE : layout.number(server);
    }
}
