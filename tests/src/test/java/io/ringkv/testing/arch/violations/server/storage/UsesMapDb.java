package io.ringkv.testing.arch.violations.server.storage;

import org.mapdb.DB;

/** Breaks a rule on purpose: MapDB only in its store. */
public final class UsesMapDb {
    final Class<?> other = DB.class;
}
