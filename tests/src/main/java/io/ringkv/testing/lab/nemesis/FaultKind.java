package io.ringkv.testing.lab.nemesis;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults that can be asked for by name. */
public enum FaultKind {
    /** The process is gone without a word. */
    KILL(
            "kill -9 of a server, a leader, all servers, the leading manager or most managers; later they start again",
            EnumSet.allOf(Target.class)),
    /** The process ends in good order. */
    STOP("a server, a leader or the leading manager stops in good order; later it starts again", Target.single()),
    /** The process stands still, and does not know that it did. */
    PAUSE(
            "a server, a leader or the leading manager is frozen for 1 to 12 s and goes on (SIGSTOP, SIGCONT)",
            Target.single()),
    /** Some do not hear others. */
    PARTITION(
            "what some members send to others is lost: " + Partition.names(),
            Target.single(),
            Ability.NETWORKS,
            Partition.variants()),
    /** Links with little room. */
    SLOW(
            "links of a member or of all servers carry little, and hold it up",
            Target.singleOrServers(),
            Ability.NETWORKS,
            "64kbit",
            "256kbit",
            "1mbit"),
    /** Links that lose packets. */
    LOSSY(
            "links of a member or of all servers lose 2, 10 or 30 of 100 packets",
            Target.singleOrServers(),
            Ability.NETWORKS,
            "2",
            "10",
            "30"),
    /** What an operator does for a new version. */
    RESTART("rolling restart: one server after the other stops and starts again", EnumSet.of(Target.ALL_SERVERS)),
    /** What an operator does with a server that works. */
    MOVE(
            "leaders are moved off a server (maintenance), or its replicas too (drain), and may come back",
            Target.server(),
            null,
            "leaders",
            "shards"),
    /** Servers come and go. */
    CHURN(
            "a new server joins, is drained and removed; or a server is gone so long that it is replaced, and returns",
            Target.server(),
            null,
            "join",
            "crash"),
    /** A disk is lost. */
    WIPE(
            "a server loses its data and starts under its old name: it must be refused, until the old one is removed",
            Target.server()),
    /** Little time. */
    STARVE(
            "a member or all servers get 5, 10 or 25 of 100 of their time for 3 to 10 s",
            Target.singleOrServers(),
            null,
            "5",
            "10",
            "25"),
    /** Little room. */
    DISK_FULL(
            "the disk of a server or the leading manager is 92 % or quite full; room returns",
            Target.single(), Ability.DISKS, "92", "100"),
    /** Damaged files. */
    CORRUPT(
            "a server is killed, one of its files has a bit flipped, is cut or deleted; it starts again",
            Target.server(),
            null,
            "flip",
            "cut",
            "delete"),
    /** Wrong clocks. */
    CLOCK(
            "the wall clock of a member or of all servers jumps an hour or a minute, or runs at another rate",
            Target.singleOrServers(),
            Ability.CLOCKS,
            "+3600",
            "-3600",
            "+60",
            "-60",
            "x2",
            "x0.5"),
    /** Power. */
    POWER(
            "a member, all servers, or all members at once lose power: what was not written through is lost",
            EnumSet.complementOf(EnumSet.of(Target.MANAGER_MAJORITY)),
            Ability.DISKS,
            "one",
            "all");

    /** Stands for all kinds. */
    public static final String ALL = "all";

    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable copy
    private final Set<Target> targets;

    private final @Nullable Ability need;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable copy
    private final List<String> variants;

    FaultKind(String description, Set<Target> targets) {
        this(description, targets, null);
    }

    FaultKind(String description, Set<Target> targets, @Nullable Ability need, String... variants) {
        this.description = description;
        this.targets = Collections.unmodifiableSet(EnumSet.copyOf(targets));
        this.need = need;
        this.variants = List.of(variants);
    }

    /** The fault with this name, or null. */
    public static @Nullable FaultKind named(String name) {
        return Stream.of(values())
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Names of the kinds of these faults, each once. */
    public static List<String> names(List<Fault> faults) {
        return faults.stream()
                .map(fault -> fault.kind().toString())
                .distinct()
                .sorted()
                .toList();
    }

    /** What it does, for people. */
    public String description() {
        return description;
    }

    /** What the cluster must be made with; empty if any will do. */
    public Optional<Ability> need() {
        return Optional.ofNullable(need);
    }

    /** Whom it may meet. */
    public Set<Target> targets() {
        return targets;
    }

    /** In which ways it can be done; empty if there is but one. */
    public List<String> variants() {
        return variants;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
