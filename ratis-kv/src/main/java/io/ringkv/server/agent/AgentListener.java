package io.ringkv.server.agent;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ServerRecord;

/** What the owner of a {@link ManagerAgent} is told. Called on the agent's thread; may write to disk. */
public interface AgentListener {

    /**
     * The manager knows this server. Called after every registration, before the first instruction; the cluster must be
     * stored durably before this returns, since replicas may follow.
     *
     * @param server the record as registered, with its label
     */
    void joined(ClusterId cluster, ServerRecord server);

    /** The cluster does not want this server, for a reason that waiting does not change. The agent has stopped. */
    void refused(RingKvException reason);
}
