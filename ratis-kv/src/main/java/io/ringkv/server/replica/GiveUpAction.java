package io.ringkv.server.replica;

import io.ringkv.server.engine.ReplicaDigests;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up a replica whose state is not that of the others. It may have served wrong answers before; from here on it serves
 * none, and takes part in no vote until it was made anew.
 *
 * <p>The fear: an instruction that comes late hits a replica that was made anew meanwhile. So it names the digest that was
 * found wrong, and is obeyed only where that is still so.
 */
final class GiveUpAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(GiveUpAction.class);

    private final HostedReplicas replicas;
    private final ReplicaOpener opener;

    GiveUpAction(HostedReplicas replicas, ReplicaOpener opener) {
        this.replicas = replicas;
        this.opener = opener;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        LedgerEntry known = order.known();
        if (known != null && known.state() == LedgerEntry.State.LOST) {
            return OBEYED;
        }
        HostedReplica replica = replicas.of(order.group());
        ReplicaDigests digests = replica == null ? null : replica.digests();
        if (known == null || replica == null || digests == null) {
            throw new RefusedException("this server has no open replica of it");
        }
        ReplicaDigests.At diverged =
                DigestMessages.read(order.message().getGiveUp().getDiverged());
        if (diverged == null || !digests.has(diverged)) {
            throw new RefusedException("the replica does not have the digest that is said to be wrong", true);
        }
        LOG.error(
                "event=replica-diverged shard={} index={} digest={}",
                known.shard(),
                diverged.index(),
                diverged.digest());
        return opener.giveUp(
                replica,
                known,
                "REPLICA_DIVERGED: its state at index " + diverged.index() + " is not that of the other replicas");
    }
}
