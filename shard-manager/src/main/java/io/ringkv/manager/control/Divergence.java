package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.DigestAt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The finding that voters of one shard differ in their state at the same index. As all apply the same log, at least one of
 * them is wrong; a majority that agrees is taken to be right.
 *
 * @param index where they differ
 * @param odd who is not of the majority, with what each has there; all that are compared when there is no majority
 * @param isDecided whether a majority of all voters agrees
 */
record Divergence(long index, SortedMap<ServerId, DigestAt> odd, boolean isDecided) {

    /** What a voter said of its state. */
    record Statement(ServerId voter, DigestAt digest) {
        boolean contradicts(Statement other) {
            return digest.getIndex() == other.digest.getIndex() && !digest.equals(other.digest);
        }
    }

    /**
     * Compares what voters say. Asked with every heartbeat for every shard, so where nothing contradicts, which is always,
     * nothing is made.
     *
     * @param voters number of voters of the shard, also of those that said nothing
     * @param said at most two statements of each: of its last applied entry, and of the last mark it passed
     * @return the finding at the lowest index; null when nothing contradicts
     */
    static @Nullable Divergence find(int voters, List<Statement> said) {
        long lowest = Long.MAX_VALUE;
        boolean isFound = false;
        for (int i = 0; i < said.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (said.get(i).contradicts(said.get(j))) {
                    lowest = Math.min(lowest, said.get(i).digest().getIndex());
                    isFound = true;
                }
            }
        }
        return isFound ? at(lowest, voters, said) : null;
    }

    private static @Nullable Divergence at(long index, int voters, List<Statement> said) {
        SortedMap<ServerId, DigestAt> odd = new TreeMap<>();
        said.stream()
                .filter(statement -> statement.digest().getIndex() == index)
                .forEach(statement -> odd.put(statement.voter(), statement.digest()));
        Map<DigestAt, Integer> counts = new LinkedHashMap<>();
        odd.values().forEach(digest -> counts.merge(digest, 1, Integer::sum));
        if (counts.size() < 2) {
            return null; // one voter contradicts itself: nonsense, not a finding
        }
        List<DigestAt> majority = counts.keySet().stream()
                .filter(digest -> 2 * counts.getOrDefault(digest, 0) > voters)
                .toList();
        odd.values().removeIf(majority::contains);
        return new Divergence(index, odd, !majority.isEmpty());
    }
}
