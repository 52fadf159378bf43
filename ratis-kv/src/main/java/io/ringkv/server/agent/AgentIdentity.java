package io.ringkv.server.agent;

import io.ringkv.common.id.ClusterId;
import io.ringkv.rpc.ServerRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a server says it is.
 *
 * @param record id, addresses, zone, and the wanted label, which may be empty; the state is ignored
 * @param cluster the cluster it belongs to, from its data directory; null if it never joined one
 * @param bootId random per start of the process
 * @param version version of the software
 * @param levelHighest highest log level the software can apply
 */
public record AgentIdentity(
        ServerRecord record, @Nullable ClusterId cluster, long bootId, String version, int levelHighest) {

    /** Only the cluster may be null. */
    public AgentIdentity {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(version, "version");
    }
}
