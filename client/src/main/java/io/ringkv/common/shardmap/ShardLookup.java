package io.ringkv.common.shardmap;

import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record whose range holds a token.
 *
 * <p>A published map covers the circle exactly once. A copy improved record by record may not, for a while: after a split
 * it may know the parent's smaller range and not the child's (a gap), or the child's and the parent's old one (an
 * overlap). Where ranges overlap, the one with the greater range epoch is the truth, since a range epoch grows with
 * every change and a child begins with that of its parent.
 */
final class ShardLookup {

    private static final int NONE = -1;

    /** First tokens of the segments, in unsigned order; the first is token 0. */
    private final long[] starts;

    /** Index of the record that owns the segment, or {@link #NONE}. */
    private final int[] owners;

    private final List<ShardRecord> records;

    ShardLookup(List<ShardRecord> records) {
        this.records = records;
        TreeMap<Token, Integer> segments = new TreeMap<>();
        segments.put(Token.MIN, NONE);
        // Oldest first, each painted over what lies below it.
        Comparator<Integer> oldestFirst = Comparator.comparingLong(
                        (Integer i) -> records.get(i).rangeEpoch())
                .thenComparing(i -> records.get(i).id(), Comparator.reverseOrder());
        IntStream.range(0, records.size())
                .boxed()
                .sorted(oldestFirst)
                .forEach(i -> paint(segments, records.get(i).range(), i));
        this.starts = segments.keySet().stream().mapToLong(Token::bits).toArray();
        this.owners = segments.values().stream().mapToInt(Integer::intValue).toArray();
    }

    private static void paint(NavigableMap<Token, Integer> segments, TokenRange range, int owner) {
        Token first = new Token(range.startExclusive().bits() + 1);
        Token last = range.endInclusive();
        if (range.isFullCircle()) {
            paint(segments, Token.MIN, Token.MAX, owner);
        } else if (first.compareTo(last) <= 0) {
            paint(segments, first, last, owner);
        } else {
            paint(segments, first, Token.MAX, owner);
            paint(segments, Token.MIN, last, owner);
        }
    }

    private static void paint(NavigableMap<Token, Integer> segments, Token first, Token last, int owner) {
        if (!last.equals(Token.MAX)) {
            Token next = new Token(last.bits() + 1);
            segments.putIfAbsent(next, segments.floorEntry(next).getValue());
        }
        segments.subMap(first, true, last, true).clear();
        segments.put(first, owner);
    }

    /** The record, or null if no range holds the token. O(log n). */
    @Nullable
    ShardRecord find(Token token) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Long.compareUnsigned(starts[middle], token.bits()) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return owners[low] == NONE ? null : records.get(owners[low]);
    }
}
