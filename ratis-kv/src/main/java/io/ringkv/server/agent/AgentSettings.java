package io.ringkv.server.agent;

import io.ringkv.rpc.support.HostPort;
import java.util.List;

/**
 * How a server keeps in touch with the manager.
 *
 * @param joinAddresses client doors of any managers or servers of the cluster; one that lives is enough
 * @param heartbeatMillis time between two reports: too small and the managers are busy listening, too large and a pause is
 *     taken for a death
 * @param hurriedMillis time to the next report while there is something to do
 * @param callTimeoutMillis how long a manager may take to answer
 * @param retryMinMillis wait after the first failure; doubles with each further one
 * @param retryMaxMillis longest such wait
 * @param watchSilenceMillis a subscription of the shard map that says nothing for so long is opened elsewhere; managers say
 *     something every 2 s
 */
public record AgentSettings(
        List<HostPort> joinAddresses,
        long heartbeatMillis,
        long hurriedMillis,
        long callTimeoutMillis,
        long retryMinMillis,
        long retryMaxMillis,
        long watchSilenceMillis) {

    /** @throws IllegalArgumentException if there is no address or a time is below 1 */
    public AgentSettings {
        joinAddresses = List.copyOf(joinAddresses);
        if (joinAddresses.isEmpty()) {
            throw new IllegalArgumentException("addresses to join: none (expected: at least one)");
        }
        if (heartbeatMillis < 1
                || hurriedMillis < 1
                || callTimeoutMillis < 1
                || retryMinMillis < 1
                || retryMaxMillis < retryMinMillis
                || watchSilenceMillis < 1) {
            throw new IllegalArgumentException("agent settings: heartbeat " + heartbeatMillis + " ms, hurried "
                    + hurriedMillis + " ms, call timeout " + callTimeoutMillis + " ms, retry " + retryMinMillis + " to "
                    + retryMaxMillis + " ms, watch silence " + watchSilenceMillis + " ms (expected: 1 or more each)");
        }
    }

    /** The usual times. */
    public static AgentSettings of(List<HostPort> joinAddresses) {
        return new AgentSettings(joinAddresses, 500, 100, 1_000, 100, 2_000, 6_000);
    }

    /** The same with another time between reports; in a hurry never slower than that. */
    public AgentSettings withHeartbeatMillis(long millis) {
        return new AgentSettings(
                joinAddresses,
                millis,
                Math.min(hurriedMillis, millis),
                callTimeoutMillis,
                retryMinMillis,
                retryMaxMillis,
                watchSilenceMillis);
    }
}
