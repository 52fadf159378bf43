package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;

/**
 * A server makes itself known, or known again after a restart.
 *
 * @param server its identity, from its data directory
 * @param wantedLabel name for people; empty to keep the present one, or to be given the next free of s1, s2, …
 * @param addresses where it is reached
 * @param zone failure domain; may be empty
 * @param version version of its software
 * @param levelHighest highest log level its software can apply
 */
public record RegisterServer(
        ServerId server, String wantedLabel, ServerAddresses addresses, String zone, String version, int levelHighest)
        implements ClusterCommand {

    private static final String LABEL_PREFIX = "s";

    /**
     * Checks what needs no state.
     *
     * @throws io.ringkv.common.error.RingKvException {@code INVALID_ARGUMENT} for a malformed label or zone
     * @throws IllegalArgumentException if the level is below 1
     */
    public RegisterServer {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(addresses, "addresses");
        Objects.requireNonNull(version, "version");
        if (!wantedLabel.isEmpty()) {
            LimitChecks.checkLabel(wantedLabel);
        }
        if (!zone.isEmpty()) {
            LimitChecks.checkLabel(zone);
        }
        if (levelHighest < 1) {
            throw new IllegalArgumentException("level: " + levelHighest + " (expected: 1 or more)");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        if (!state.exists()) {
            return Decision.refuse(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        RegisteredServer known = state.servers().get(server);
        if (!wantedLabel.isEmpty() && state.isLabelTaken(wantedLabel, server)) {
            return Decision.refuse(
                    ErrorCode.LABEL_IN_USE,
                    "Label " + wantedLabel + " belongs to another server",
                    "Choose another label, or none to be given one.");
        }
        return known == null ? decideForNew(state) : decideForKnown(known);
    }

    private Decision decideForNew(ClusterState state) {
        long present = state.servers().values().stream()
                .filter(other -> other.record().state() != ServerState.REMOVED)
                .count();
        if (present >= ClusterSettings.MAX_SERVERS) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "The cluster has " + present + " servers; the limit is " + ClusterSettings.MAX_SERVERS,
                    "Remove a server first.");
        }
        String label = wantedLabel.isEmpty() ? firstFreeLabel(state) : wantedLabel;
        return Decision.of(new ServerRegistered(
                RegisteredServer.of(record(label, ServerState.JOINING), version, levelHighest), true));
    }

    private Decision decideForKnown(RegisteredServer known) {
        ServerRecord record = known.record();
        if (record.state() == ServerState.REMOVED) {
            return Decision.refuse(
                    ErrorCode.SERVER_REMOVED, "Server " + server + " (" + record.label() + ") was removed");
        }
        if (!addresses.isSameDoorsAs(record)) {
            return Decision.refuse(
                    ErrorCode.ADDRESS_CHANGED,
                    "Server " + server + " (" + record.label() + ") is registered at "
                            + ServerAddresses.of(record).describe() + " and now says " + addresses.describe()
                            + "; addresses are fixed for the life of a server");
        }
        RegisteredServer changed = new RegisteredServer(
                record(wantedLabel.isEmpty() ? record.label() : wantedLabel, record.state()),
                version,
                levelHighest,
                known.draining(),
                known.maintenance());
        if (changed.equals(known)) {
            return Decision.nothing();
        }
        return Decision.of(new ServerRegistered(changed, !changed.record().equals(record)));
    }

    private ServerRecord record(String label, ServerState state) {
        return new ServerRecord(
                server, label, addresses.client(), addresses.peer(), addresses.raft(), addresses.http(), zone, state);
    }

    private String firstFreeLabel(ClusterState state) {
        int number = 1;
        while (state.isLabelTaken(LABEL_PREFIX + number, server)) {
            number++;
        }
        return LABEL_PREFIX + number;
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.register(this);
    }
}
