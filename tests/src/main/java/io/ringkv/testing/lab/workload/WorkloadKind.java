package io.ringkv.testing.lab.workload;

import io.ringkv.common.shardmap.ShardMap;
import java.util.List;
import java.util.Locale;

/** The workloads that can be asked for by name. */
public enum WorkloadKind {
    /** Registers. */
    REGISTER("read, write, cas, delete, increment; reads from leaders, and with session token from any replica") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            return new RegisterWorkload(space, keys, callers);
        }
    },
    /** A set. */
    SET("unique additions, read as a whole in the end: sees loss") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            return new SetWorkload(space);
        }
    },
    /** Counters. */
    COUNTER("increments, read as a whole in the end: sees loss and double application") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            return new CounterWorkload(space, keys);
        }

        @Override
        public boolean cutsConnections() {
            return true;
        }
    },
    /** Batches. */
    BATCH("several keys of one shard written together, read together: sees half a batch") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            return new BatchWorkload(space, groups, callers);
        }
    },
    /** Scans. */
    SCAN("scans while entries come and go: sees a missed or invented key") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            return new ScanWorkload(space);
        }
    },
    /** All of them. */
    MIXED("all of them at the same time") {
        @Override
        Workload create(KeySpace space, List<String> keys, List<String> groups, int callers) {
            List<String> counters =
                    keys.stream().map(key -> "c" + key.substring(1)).toList();
            return new MixedWorkload(
                    List.of(
                            REGISTER.create(space, keys, groups, callers),
                            COUNTER.create(space, counters, groups, callers),
                            SET.create(space, keys, groups, callers),
                            BATCH.create(space, keys, groups, callers),
                            SCAN.create(space, keys, groups, callers)),
                    List.of(10, 3, 3, 3, 2));
        }
    };

    private final String description;

    WorkloadKind(String description) {
        this.description = description;
    }

    /** What it does, for people. */
    public String description() {
        return description;
    }

    /**
     * The workload for a run.
     *
     * @param keyCount different keys; more if there are more shards
     * @param callers most callers there will be
     */
    public Workload create(KeySpace space, ShardMap map, int keyCount, int callers) {
        List<String> keys = space.spread("r", keyCount, map, space::key);
        List<String> groups = space.spread("g", keyCount, map, group -> space.member(group, 0));
        return create(space, keys, groups, callers);
    }

    /** Whether connections of the clients are cut all the time, so that they have to send again what got no answer. */
    public boolean cutsConnections() {
        return false;
    }

    abstract Workload create(KeySpace space, List<String> keys, List<String> groups, int callers);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
