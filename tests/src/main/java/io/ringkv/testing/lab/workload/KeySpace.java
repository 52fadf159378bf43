package io.ringkv.testing.lab.workload;

import io.ringkv.client.Bytes;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the keys of one run lie. All begin with the name of the run, so that every run finds them absent. Immutable.
 *
 * @param run name of the run
 */
public record KeySpace(String run) {
    private static final int MOST_TRIES = 1_000_000;

    /** The name of a run goes into every key. */
    public KeySpace {
        if (!run.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("name of a run: " + run + " (expected: 1 to 64 letters and digits)");
        }
    }

    /** The key of the store for a register or counter. */
    public Bytes key(String name) {
        return Bytes.utf8("lab/" + run + "/" + name);
    }

    /** The key of the store for a part of something: an element, an entry. Parts lie on any shards. */
    public Bytes part(String name, String part) {
        return Bytes.utf8("lab/" + run + "/" + name + "/" + part);
    }

    /** What the keys of all parts begin with. */
    public Bytes parts(String name) {
        return Bytes.utf8("lab/" + run + "/" + name + "/");
    }

    /** The key of a member of a group; all members lie on one shard. */
    public Bytes member(String group, int number) {
        return Bytes.utf8("lab/" + run + "/{" + run + "." + group + "}/" + number);
    }

    /** The shard that an operation concerns, if it is one. */
    public Optional<ShardId> shard(Operation operation, ShardMap map) {
        Bytes key = switch (operation.function().subject()) {
            case REGISTER, COUNTER -> key(operation.key());
            case BATCH -> member(operation.key(), 0);
            case SET ->
                operation.function() == Function.ADD
                        ? part(operation.key(), operation.input().toString())
                        : Bytes.empty();
            case SCAN ->
                operation.function() == Function.SCAN
                        ? Bytes.empty()
                        : part(operation.key(), operation.input().toString());
        };
        return key.isEmpty() ? Optional.empty() : Optional.ofNullable(shardOf(key, map));
    }

    private static @org.jspecify.annotations.Nullable ShardId shardOf(Bytes key, ShardMap map) {
        ShardRecord record = map.shardFor(KeyHash.token(key.toByteArray()));
        return record == null ? null : record.id();
    }

    /**
     * Names that begin with a letter and lie on all shards as evenly as may be: at least one on each.
     *
     * @param wanted how many; more if there are more shards
     */
    public List<String> spread(
            String letter, int wanted, ShardMap map, java.util.function.Function<String, Bytes> key) {
        int shards = Math.max(1, map.shards().size());
        int total = Math.max(wanted, shards);
        int most = (total + shards - 1) / shards;
        Map<ShardId, Integer> perShard = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < total && i < MOST_TRIES; i++) {
            String name = letter + i;
            ShardId shard = shardOf(key.apply(name), map);
            if (shard == null || perShard.merge(shard, 1, Integer::sum) <= most) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    /** Text of a value. */
    static String text(Bytes value) {
        return new String(value.toByteArray(), StandardCharsets.UTF_8);
    }
}
