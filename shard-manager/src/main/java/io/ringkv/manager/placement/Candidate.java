package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * A server that may be given replicas.
 *
 * @param server its id
 * @param zone failure domain it stands in; servers without a label have the empty text and together count as one zone
 */
public record Candidate(ServerId server, String zone) {

    /** Neither may be null. */
    public Candidate {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(zone, "zone");
    }
}
