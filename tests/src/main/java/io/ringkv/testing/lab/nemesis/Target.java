package io.ringkv.testing.lab.nemesis;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Whom a fault meets. Roles are looked up when it happens. */
public enum Target {
    /** Any one server. */
    SERVER(5),
    /** The server that leads most shards at that moment. */
    LEADER(9),
    /** Every server. */
    ALL_SERVERS(1),
    /** The manager that leads at that moment. */
    MANAGER_LEADER(4),
    /** So many managers that the others are no majority. */
    MANAGER_MAJORITY(1);

    private final int weight;

    Target(int weight) {
        this.weight = weight;
    }

    /** How often it is chosen, compared with the others. */
    int weight() {
        return weight;
    }

    /** One server. */
    static Set<Target> server() {
        return EnumSet.of(SERVER, LEADER);
    }

    /** One server or manager. */
    static Set<Target> single() {
        return EnumSet.of(SERVER, LEADER, MANAGER_LEADER);
    }

    /** One server or manager, or all servers. */
    static Set<Target> singleOrServers() {
        return EnumSet.of(SERVER, LEADER, MANAGER_LEADER, ALL_SERVERS);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
