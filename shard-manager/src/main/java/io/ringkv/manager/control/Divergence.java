package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.DigestAt;
import java.util.Collection;
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

    /**
     * Compares what voters say. At most two statements of each can be compared: of its last applied entry, and of the last
     * mark it passed.
     *
     * @param voters number of voters of the shard, also of those that said nothing
     * @param said what was said, by server
     * @return the finding at the lowest index; null when nothing contradicts
     */
    static @Nullable Divergence find(int voters, SortedMap<ServerId, ? extends Collection<DigestAt>> said) {
        SortedMap<Long, SortedMap<ServerId, DigestAt>> byIndex = new TreeMap<>();
        said.forEach((server, digests) ->
                digests.forEach(digest -> byIndex.computeIfAbsent(digest.getIndex(), first -> new TreeMap<>())
                        .put(server, digest)));
        for (Map.Entry<Long, SortedMap<ServerId, DigestAt>> at : byIndex.entrySet()) {
            Divergence found = compare(voters, at.getKey(), at.getValue());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Divergence compare(int voters, long index, SortedMap<ServerId, DigestAt> digests) {
        Map<DigestAt, Integer> counts = new LinkedHashMap<>();
        digests.values().forEach(digest -> counts.merge(digest, 1, Integer::sum));
        if (counts.size() < 2) {
            return null;
        }
        List<DigestAt> majority = counts.keySet().stream()
                .filter(digest -> 2 * counts.getOrDefault(digest, 0) > voters)
                .toList();
        SortedMap<ServerId, DigestAt> odd = new TreeMap<>(digests);
        odd.values().removeIf(majority::contains);
        return new Divergence(index, odd, !majority.isEmpty());
    }
}
