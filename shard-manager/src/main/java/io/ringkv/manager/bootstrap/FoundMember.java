package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.Founding;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A manager that answered at an address.
 *
 * @param record what it says of itself; its label may be a placeholder
 * @param isLabelled whether the label was chosen by its operator
 * @param cluster the cluster it belongs to, null if none
 */
record FoundMember(
        ManagerRecord record, boolean isLabelled, @Nullable ClusterId cluster) {

    private static final String LABEL_PREFIX = "m";

    FoundMember {
        Objects.requireNonNull(record, "record");
    }

    /** Reads the answer of whoever is at an address; throws {@code INVALID_ARGUMENT} if that is no manager. */
    static FoundMember of(HostPort address, ProcessIdentity answer) {
        if (!answer.hasManager()) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "At " + address + " is no manager");
        }
        boolean isLabelled = !answer.getManager().getLabel().isEmpty();
        io.ringkv.rpc.ManagerRecord record = isLabelled
                ? answer.getManager()
                : answer.getManager().toBuilder().setLabel(LABEL_PREFIX).build();
        return new FoundMember(
                ShardMapMessages.fromMessage(record), isLabelled, IdMessages.optionalClusterId(answer.getClusterId()));
    }

    /** By host, then port; every member sorts alike. Throws {@code INVALID_ARGUMENT} if one was found twice. */
    static List<FoundMember> lowestFirst(List<FoundMember> found) {
        if (found.stream().map(member -> member.record().id()).distinct().count() != found.size()) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "Two of the addresses lead to the same manager");
        }
        return found.stream()
                .sorted(Comparator.comparing((FoundMember member) ->
                                HostPort.parse(member.record().clientAddress()).host())
                        .thenComparingInt(member ->
                                HostPort.parse(member.record().clientAddress()).port()))
                .toList();
    }

    /**
     * Refuses members that belong to another cluster than the one that is being founded.
     *
     * @param founding of the coordinating member, null if it has none yet
     */
    static void checkFree(List<FoundMember> members, @Nullable Founding founding) {
        for (FoundMember member : members) {
            ClusterId cluster = member.cluster();
            if (cluster != null && (founding == null || !cluster.equals(founding.cluster()))) {
                throw new RingKvException(
                        ErrorCode.ALREADY_BOOTSTRAPPED,
                        "The manager at " + member.record().clientAddress() + " belongs to cluster " + cluster
                                + " already");
            }
        }
    }

    /** The records, with labels m1, m2, … in the given order where none was chosen. */
    static List<ManagerRecord> labelled(List<FoundMember> members) {
        Set<String> taken = new HashSet<>();
        members.stream().filter(FoundMember::isLabelled).forEach(member -> {
            if (!taken.add(member.record().label())) {
                throw new RingKvException(
                        ErrorCode.LABEL_IN_USE,
                        "Two managers have the label " + member.record().label());
            }
        });
        List<ManagerRecord> records = new ArrayList<>();
        int number = 1;
        for (FoundMember member : members) {
            ManagerRecord record = member.record();
            if (!member.isLabelled()) {
                while (!taken.add(LABEL_PREFIX + number)) {
                    number++;
                }
                record = new ManagerRecord(
                        record.id(),
                        LABEL_PREFIX + number,
                        record.clientAddress(),
                        record.peerAddress(),
                        record.raftAddress());
            }
            records.add(record);
        }
        return records;
    }
}
