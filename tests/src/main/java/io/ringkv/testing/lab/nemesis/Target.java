package io.ringkv.testing.lab.nemesis;

import java.util.Locale;

/** Whom a fault meets. Roles are looked up when it happens. */
public enum Target {
    /** Any one server. */
    SERVER,
    /** The server that leads most shards at that moment. */
    LEADER,
    /** Every server. */
    ALL_SERVERS,
    /** The manager that leads at that moment. */
    MANAGER_LEADER,
    /** So many managers that the others are no majority. */
    MANAGER_MAJORITY;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
