package io.ringkv.testing.lab.nemesis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Turns faults of a schedule into what has to be done now. Used by one thread. */
final class Harms {
    private final ProcessCluster cluster;
    private final Members members;
    private final BooleanSupplier ended;
    private final Rejoin rejoin;
    private int newServers;

    /** @param ended whether the load is over, so that what takes long is broken off */
    Harms(ProcessCluster cluster, Members members, BooleanSupplier ended) {
        this.cluster = cluster;
        this.members = members;
        this.ended = ended;
        this.rejoin = new Rejoin(cluster, members, ended);
        this.newServers = 1 + members.servers().size();
    }

    /** Looks up who plays the role that the fault is for. */
    Harm of(Fault fault) {
        List<String> ids = members.ids(fault);
        return switch (fault.kind()) {
            case KILL, STOP -> onProcesses(fault, ids, "start");
            case PAUSE -> onProcesses(fault, ids, "resume");
            case PARTITION -> partition(fault, ids.get(0));
            case SLOW, LOSSY -> {
                List<String> words = joined(fault.variant(), ids);
                yield new CommandHarm(cluster, words, joined(fault.kind().toString(), words), List.of("mend"));
            }
            case RESTART -> new RollingRestart(cluster, members, ended);
            case MOVE -> new Steering(members, ids.get(0), fault.variant());
            case CHURN ->
                fault.variant().equals("join")
                        ? new Guest(cluster, members, newServers++, ended)
                        : new CommandHarm(cluster, joined("crash", ids), joined("kill", ids), joined("start", ids));
            case WIPE -> new Wipe(cluster, rejoin, ids.get(0));
            case STARVE -> starve(fault, ids);
            case DISK_FULL -> new DiskFull(cluster, ids.get(0), fault.variant());
            case CORRUPT -> new Corruption(cluster, rejoin, ids.get(0), fault);
            case CLOCK ->
                new CommandHarm(
                        cluster,
                        joined(fault.variant(), ids),
                        joined("clock", joined(fault.variant(), ids)),
                        joined("clock", joined("+0", ids)));
            case POWER -> {
                List<String> off = fault.variant().equals("all") ? List.of("all") : ids;
                yield new CommandHarm(cluster, off, joined("power-off", off), joined("start", off));
            }
        };
    }

    private Harm starve(Fault fault, List<String> ids) {
        String seconds = Long.toString(Math.max(1, fault.lengthMillis() / 1_000));
        return new CommandHarm(
                cluster,
                joined(fault.variant(), ids),
                joined("starve", joined(fault.variant(), joined(seconds, ids))),
                joined("resume", ids));
    }

    private Harm onProcesses(Fault fault, List<String> ids, String undo) {
        return new CommandHarm(cluster, ids, joined(fault.kind().toString(), ids), joined(undo, ids));
    }

    private Harm partition(Fault fault, String chosen) {
        List<Link> links =
                Partition.named(fault.variant()).links(members.servers(), members.managers(), chosen, fault.choice());
        return new CommandHarm(
                cluster,
                List.of(fault.variant(), chosen),
                joined("cut", links.stream().map(Link::toString).toList()),
                List.of("mend"));
    }

    private static List<String> joined(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }
}
