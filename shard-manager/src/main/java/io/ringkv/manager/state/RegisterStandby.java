package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.ManagerRoster;
import java.util.Objects;

/**
 * A manager makes itself known that is ready to become a member. Done again it changes nothing.
 *
 * @param manager who
 * @param wantedLabel its name for people; if it is taken, a number is added; empty for the next free one
 * @param addresses where others reach it; none for HTTP
 */
public record RegisterStandby(ManagerId manager, String wantedLabel, ServerAddresses addresses)
        implements ClusterCommand {

    private static final String LABEL_PREFIX = "m";

    /** None may be null. */
    public RegisterStandby {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(wantedLabel, "wantedLabel");
        Objects.requireNonNull(addresses, "addresses");
    }

    @Override
    public Decision decide(ClusterState state) {
        if (!state.exists()) {
            return Decision.refuse(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        ManagerRoster roster = state.managers();
        if (roster.dismissed().contains(manager)) {
            return Decision.refuse(ErrorCode.MANAGER_REMOVED, "Manager " + manager + " was removed from the cluster");
        }
        if (roster.member(manager) != null || roster.isChanging(manager)) {
            return Decision.nothing();
        }
        ManagerRecord known = roster.standby(manager);
        if (known == null && roster.standbys().size() >= ManagerRoster.STANDBYS_MAX) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    roster.standbys().size() + " managers stand by (limit: " + ManagerRoster.STANDBYS_MAX + ")",
                    "Remove one that is not needed: ringkv manager remove ID.");
        }
        ManagerRecord record = new ManagerRecord(
                manager,
                known == null ? freeLabel(roster) : known.label(),
                addresses.client(),
                addresses.peer(),
                addresses.raft());
        return record.equals(known) ? Decision.nothing() : Decision.of(new StandbyRegistered(record));
    }

    private String freeLabel(ManagerRoster roster) {
        if (!wantedLabel.isEmpty() && !roster.isLabelTaken(wantedLabel, manager)) {
            return wantedLabel;
        }
        String prefix = wantedLabel.isEmpty() ? LABEL_PREFIX : wantedLabel + "-";
        int number = wantedLabel.isEmpty() ? 1 : 2;
        while (roster.isLabelTaken(prefix + number, manager)) {
            number++;
        }
        return prefix + number;
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.registerStandby(this);
    }
}
