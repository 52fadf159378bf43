package io.ringkv.manager.operation;

import java.util.Objects;

/**
 * What is seen of one server and its replica of a shard.
 *
 * @param label name of the server, for people
 * @param isHeard the server reports
 * @param isGone the server is DOWN or was removed
 * @param holding what its ledger says
 * @param ledgerEpoch highest replica epoch its ledger has
 * @param isOpen its division is starting or running
 * @param failure why the replica does not serve; empty if it does
 */
public record ReplicaSighting(
        String label,
        boolean isHeard,
        boolean isGone,
        Holding holding,
        long ledgerEpoch,
        boolean isOpen,
        String failure) {

    /** None may be null. */
    public ReplicaSighting {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(holding, "holding");
        Objects.requireNonNull(failure, "failure");
    }

    /** Whether a leader could send it entries. */
    boolean canBeAdded() {
        return isHeard && isOpen && (holding == Holding.PREPARED || holding == Holding.MEMBER) && failure.isEmpty();
    }
}
