package io.ringkv.manager.member;

import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.roster.GroupSighting;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.manager.roster.Tolerance;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerStatus;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in a status what is known of members and standbys. Stateless. */
final class MemberStatuses {

    private MemberStatuses() {}

    /**
     * The status with members and standbys complete.
     *
     * @param duties null if this manager does not lead
     * @param seen null likewise
     */
    static ClusterStatus complete(
            ClusterStatus status,
            ManagerRoster roster,
            @Nullable MemberDuties duties,
            @Nullable GroupSighting seen,
            RosterLimits limits) {
        ClusterStatus.Builder complete =
                status.toBuilder().setManagersWanted(roster.wanted()).setManagerChanges(roster.changes());
        for (ManagerRecord standby : roster.standbys()) {
            complete.addManagers(ManagerStatus.newBuilder()
                    .setManager(ShardMapMessages.toMessage(standby))
                    .setStandby(true)
                    .setReachable(duties != null && duties.isHeard(standby.id())));
        }
        if (duties == null || seen == null || !status.getComplete()) {
            return complete.build();
        }
        int alive = seen.well(roster.memberIds(), limits);
        int survived = Math.max(0, Tolerance.lossesSurvived(roster.members().size(), alive));
        List<ManagerRecord> down = duties.down(roster);
        for (int i = 0; i < complete.getManagersCount(); i++) {
            ManagerStatus.Builder manager = complete.getManagersBuilder(i);
            manager.setDown(down.stream()
                    .anyMatch(member ->
                            member.id().value() == manager.getManager().getManagerId()));
        }
        complete.setManagerLossesSurvived(survived);
        ManagerChange change = roster.change();
        if (change != null) {
            String waitsFor = duties.waitsFor();
            complete.setManagerChange(change.text()
                    + (change.undoing() ? " (given up)" : "")
                    + (waitsFor.isEmpty() ? "" : ": waits for " + waitsFor));
        }
        notice(roster, down, complete);
        return complete.build();
    }

    private static void notice(ManagerRoster roster, List<ManagerRecord> down, ClusterStatus.Builder status) {
        boolean hasStandby =
                status.getManagersList().stream().anyMatch(manager -> manager.getStandby() && manager.getReachable());
        if (!down.isEmpty() && !hasStandby) {
            status.addNotices("No standby can take the place of manager "
                    + down.stream().map(ManagerRecord::label).collect(Collectors.joining(", "))
                    + ", which is DOWN. Start one: ringkv manager --join ENDPOINTS.");
        } else if (roster.members().size() < roster.wanted() && !hasStandby) {
            status.addNotices("The manager group has " + roster.members().size() + " of " + roster.wanted()
                    + " members. Start another one: ringkv manager --join ENDPOINTS.");
        }
    }
}
