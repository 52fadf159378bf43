package io.ringkv.cli.look;

import io.ringkv.cli.output.Sizes;
import io.ringkv.cli.output.Table;
import io.ringkv.rpc.ServerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Many servers on one screen: one line for those of a zone that are in the same state. Pure. */
final class ServerGroups {
    /** With more zones than this a line each would be no shorter than the list of servers. */
    private static final int ZONES_MAX = 12;

    private static final int RANGES_MAX = 3;

    private ServerGroups() {}

    private record Group(String zone, String state) {
        private static final Comparator<Group> ORDER =
                Comparator.comparing(Group::zone, LabelOrder.INSTANCE).thenComparing(Group::state);
    }

    /** A table of the groups, in the order of their zones. */
    static Table table(ClusterView view, Function<ServerStatus, String> stateOf) {
        long zones = view.servers().stream()
                .map(server -> server.getServer().getZone())
                .distinct()
                .count();
        boolean byZone = zones > 1 && zones <= ZONES_MAX;
        Map<Group, List<ServerStatus>> groups = new TreeMap<>(Group.ORDER);
        for (ServerStatus server : view.servers()) {
            Group group = new Group(byZone ? server.getServer().getZone() : "", stateOf.apply(server));
            groups.computeIfAbsent(group, made -> new ArrayList<>()).add(server);
        }
        Table table = byZone
                ? new Table("ZONE", "STATE", "SERVERS", "REPLICAS", "LEADERS", "KEYS", "DATA", "DISK FREE")
                : new Table("STATE", "SERVERS", "REPLICAS", "LEADERS", "KEYS", "DATA", "DISK FREE");
        groups.forEach((group, servers) -> {
            List<Object> cells = new ArrayList<>();
            if (byZone) {
                cells.add(group.zone().isEmpty() ? "-" : group.zone());
            }
            cells.add(group.state());
            cells.add(servers.size() + ": "
                    + LabelRanges.of(
                            servers.stream()
                                    .map(server -> server.getServer().getLabel())
                                    .toList(),
                            RANGES_MAX));
            cells.add(range(servers, ServerStatus::getReplicas));
            cells.add(range(servers, view::leaders));
            cells.add(statistics(servers, ServerStatus::getKeys).getSum());
            cells.add(
                    Sizes.bytes(statistics(servers, ServerStatus::getDataBytes).getSum()));
            boolean isDiskKnown = servers.stream().allMatch(server -> server.getDiskTotalBytes() > 0);
            cells.add(
                    isDiskKnown
                            ? Sizes.bytes(statistics(servers, ServerStatus::getDiskFreeBytes)
                                    .getMin())
                            : "-");
            table.row(cells.toArray());
        });
        return table;
    }

    private static LongSummaryStatistics statistics(List<ServerStatus> servers, ToLongFunction<ServerStatus> value) {
        return servers.stream().mapToLong(value).summaryStatistics();
    }

    /** The fewest and the most on one server. */
    private static String range(List<ServerStatus> servers, ToLongFunction<ServerStatus> value) {
        LongSummaryStatistics all = statistics(servers, value);
        return all.getMin() == all.getMax() ? Long.toString(all.getMin()) : all.getMin() + "-" + all.getMax();
    }
}
