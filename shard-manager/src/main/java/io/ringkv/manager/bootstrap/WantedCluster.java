package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.state.ClusterSettings;
import io.ringkv.manager.state.Founding;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.support.HostPort;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an operator asks for.
 *
 * @param addresses client addresses of the members, each once
 * @param settings complete
 * @param given as they came: 0 where nothing was said
 */
record WantedCluster(List<HostPort> addresses, ClusterSettings settings, io.ringkv.rpc.ClusterSettings given) {

    WantedCluster {
        addresses = List.copyOf(addresses);
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(given, "given");
    }

    /** Checks a request; throws {@code INVALID_ARGUMENT} or {@code ADDRESS_INVALID}. */
    static WantedCluster of(BootstrapRequest request) {
        List<HostPort> addresses = request.getManagerAddressesList().stream()
                .map(HostPort::parse)
                .distinct()
                .toList();
        io.ringkv.rpc.ClusterSettings given = request.getSettings();
        try {
            Founding.checkNumber(addresses.size());
            ClusterSettings settings =
                    ClusterSettings.of(given.getExpectedServers(), given.getShards(), given.getReplicationFactor());
            return new WantedCluster(addresses, settings, given);
        } catch (IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "Such a cluster cannot be created", e);
        }
    }

    /**
     * Checks that a cluster that exists, or has begun to, is the one that is wanted: the same members, and the same settings
     * as far as any were named.
     *
     * @param identified who was found at those addresses that are not the founding's own
     */
    void checkAgainst(Founding founding, List<FoundMember> identified) {
        Set<ManagerId> wanted = new TreeSet<>();
        identified.forEach(member -> wanted.add(member.record().id()));
        for (ManagerRecord manager : founding.managers()) {
            if (addresses.contains(HostPort.parse(manager.clientAddress()))) {
                wanted.add(manager.id());
            }
        }
        Set<ManagerId> present = new TreeSet<>();
        founding.managers().forEach(manager -> present.add(manager.id()));
        if (!wanted.equals(present)) {
            throw exists(
                    founding,
                    "members "
                            + founding.managers().stream()
                                    .map(ManagerRecord::clientAddress)
                                    .toList());
        }
        ClusterSettings settled = founding.settings();
        if (differs(given.getExpectedServers(), settled.expectedServers())
                || differs(given.getShards(), settled.shards())
                || differs(given.getReplicationFactor(), settled.replicationFactor())) {
            throw exists(founding, settled.toString());
        }
    }

    private static boolean differs(int wanted, int settled) {
        return wanted != 0 && wanted != settled;
    }

    private static RingKvException exists(Founding founding, String with) {
        return new RingKvException(
                ErrorCode.ALREADY_BOOTSTRAPPED, "Cluster " + founding.cluster() + " exists already, with " + with);
    }
}
