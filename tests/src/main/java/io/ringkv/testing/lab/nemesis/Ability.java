package io.ringkv.testing.lab.nemesis;

import java.util.Locale;

/** What a cluster of processes must be made with for some faults, because not every machine permits it. */
public enum Ability {
    /** A network namespace per process: Linux, root. */
    NETWORKS,
    /** A file system per process: Linux, root. */
    DISKS,
    /** A wall clock per process: libfaketime. */
    CLOCKS;

    /** Flag of {@code scripts/cluster up} that makes a cluster with it. */
    public String flag() {
        return "--" + this;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
