package io.ringkv.common.ring;

import io.ringkv.common.id.ShardId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The circle of tokens cut into arcs, one per shard.
 *
 * <p>Only the ends of the arcs are kept: an arc begins where the previous one ends, and the first begins where the last
 * ends. So every token belongs to exactly one shard by construction; a ring with a gap or an overlap cannot be written
 * down. Immutable, and safe for any thread. The number of shards is not constant: {@link #split} gives a new ring.
 */
public final class Ring {

    /** Ends of the arcs in unsigned order. */
    private final long[] ends;

    /** Shard of the arc with the same index. */
    private final List<ShardId> shards;

    private final Map<ShardId, Integer> indexes;

    private Ring(long[] ends, List<ShardId> shards) {
        this.ends = ends;
        this.shards = List.copyOf(shards);
        this.indexes = new TreeMap<>();
        for (int i = 0; i < ends.length; i++) {
            Integer earlier = indexes.put(shards.get(i), i);
            if (earlier != null) {
                throw new IllegalArgumentException("shard " + shards.get(i) + " owns two arcs, ending at "
                        + new Token(ends[earlier]) + " and " + new Token(ends[i]) + " (expected: one)");
            }
        }
    }

    /**
     * A ring of arcs whose sizes differ by one token at most, owned by the shards 1 to {@code shards} in ring order. The
     * last arc ends with the greatest token.
     *
     * @throws IllegalArgumentException if {@code shards} is below 1
     */
    public static Ring equalArcs(int shards) {
        if (shards < 1) {
            throw new IllegalArgumentException("shards: " + shards + " (expected: 1 or more)");
        }
        BigInteger count = BigInteger.valueOf(shards);
        long[] ends = new long[shards];
        List<ShardId> owners = new ArrayList<>(shards);
        for (int i = 0; i < shards; i++) {
            BigInteger nextStart =
                    BigInteger.valueOf(i + 1L).shiftLeft(Long.SIZE).divide(count);
            ends[i] = nextStart.subtract(BigInteger.ONE).longValue();
            owners.add(new ShardId(i + 1));
        }
        return new Ring(ends, owners);
    }

    /**
     * The ring with these ends of arcs.
     *
     * @param shardsByEnd last token of each arc, with the shard that owns it; its order does not matter
     * @throws IllegalArgumentException if there is no arc, or a shard owns two
     */
    public static Ring of(SortedMap<Token, ShardId> shardsByEnd) {
        if (shardsByEnd.isEmpty()) {
            throw new IllegalArgumentException("arcs: none (expected: at least one)");
        }
        // Copied so that the arcs are in token order even if the given map has another comparator.
        TreeMap<Token, ShardId> sorted = new TreeMap<>();
        shardsByEnd.forEach((end, shard) -> sorted.put(end, Objects.requireNonNull(shard, "shard")));
        long[] ends = sorted.keySet().stream().mapToLong(Token::bits).toArray();
        return new Ring(ends, List.copyOf(sorted.values()));
    }

    /** The shard that owns the token, in O(log n). */
    public ShardId shardAt(Token token) {
        return shards.get(arcAt(token.bits()));
    }

    /** Index of the first arc that ends at or after the token; beyond the last end, the first arc wraps around. */
    private int arcAt(long token) {
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(ends[middle], token) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == ends.length ? 0 : low;
    }

    /**
     * The arc of a shard.
     *
     * @return null if the shard owns no arc of this ring
     */
    public @Nullable TokenRange rangeOf(ShardId shard) {
        Integer index = indexes.get(shard);
        return index == null ? null : rangeAt(index);
    }

    private TokenRange rangeAt(int index) {
        int previous = index == 0 ? ends.length - 1 : index - 1;
        return new TokenRange(new Token(ends[previous]), new Token(ends[index]));
    }

    /** Number of arcs, which is the number of shards. */
    public int size() {
        return ends.length;
    }

    /** The shards in the order of their arcs, beginning with the one whose end is the smallest token. */
    public List<ShardId> shards() {
        return shards;
    }

    /** The arcs in the order of {@link #shards}. */
    public List<Arc> arcs() {
        List<Arc> arcs = new ArrayList<>(ends.length);
        for (int i = 0; i < ends.length; i++) {
            arcs.add(new Arc(rangeAt(i), shards.get(i)));
        }
        return List.copyOf(arcs);
    }

    /**
     * The ring in which one arc is cut in two.
     *
     * @param shard owner of the arc to cut
     * @param at last token of the lower part: inside the arc, but not its end
     * @param lower owner of the part that ends at {@code at}; may be {@code shard} itself
     * @param upper owner of the rest; may be {@code shard} itself
     * @throws IllegalArgumentException if the shard owns no arc, {@code at} does not cut it, or a shard would own two
     *     arcs
     */
    public Ring split(ShardId shard, Token at, ShardId lower, ShardId upper) {
        TokenRange range = rangeOf(shard);
        if (range == null) {
            throw new IllegalArgumentException("shard " + shard + " owns no arc of this ring");
        }
        if (!range.contains(at) || at.equals(range.endInclusive())) {
            throw new IllegalArgumentException(
                    "split token: " + at + " (expected: inside " + range + " and not its end)");
        }
        TreeMap<Token, ShardId> sorted = new TreeMap<>();
        for (int i = 0; i < ends.length; i++) {
            sorted.put(new Token(ends[i]), shards.get(i));
        }
        sorted.put(at, lower);
        sorted.put(range.endInclusive(), upper);
        return of(sorted);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ring ring && Arrays.equals(ends, ring.ends) && shards.equals(ring.shards);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ends) + shards.hashCode();
    }

    @Override
    public String toString() {
        return "Ring" + arcs();
    }

    /**
     * One arc of a ring with its owner.
     *
     * @param range the arc
     * @param shard its owner
     */
    public record Arc(TokenRange range, ShardId shard) {

        @Override
        public String toString() {
            return range + "=" + shard;
        }
    }
}
