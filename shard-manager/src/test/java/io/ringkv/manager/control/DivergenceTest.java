package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.DigestAt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is feared: a healthy replica is given up because of what another one says, or a wrong one is believed. */
class DivergenceTest {
    private final List<Divergence.Statement> said = new ArrayList<>();

    @Test
    void findsNothingWhereAllAgree() {
        says(1, at(1024, "a"), at(1500, "x"));
        says(2, at(1024, "a"), at(1500, "x"));
        says(3, at(1024, "a"));

        assertThat(Divergence.find(3, said)).isNull();
    }

    @Test
    void comparesNothingButEqualIndexes() {
        says(1, at(1024, "a"), at(1500, "b"));
        says(2, at(2048, "c"), at(2050, "d"));

        assertThat(Divergence.find(3, said)).isNull();
    }

    @Test
    void namesTheOneThatDiffersFromAMajority() {
        says(1, at(1024, "a"));
        says(2, at(1024, "wrong"));
        says(3, at(1024, "a"));

        assertThat(Divergence.find(3, said)).isEqualTo(new Divergence(1024, odd(2, at(1024, "wrong")), true));
    }

    @Test
    void doesNotDecideBetweenTwoOfThree() {
        says(1, at(1024, "a"));
        says(3, at(1024, "b"));

        Divergence found = Objects.requireNonNull(Divergence.find(3, said));

        assertThat(found.isDecided()).isFalse();
        assertThat(found.odd()).containsOnlyKeys(new ServerId(1), new ServerId(3));
    }

    @Test
    void countsVotersThatSaidNothingAgainstAMajority() {
        says(1, at(1024, "a"));
        says(2, at(1024, "a"));
        says(3, at(1024, "b"));

        Divergence found = Objects.requireNonNull(Divergence.find(5, said));

        assertThat(found.isDecided()).isFalse();
    }

    @Test
    void looksAtTheLowestIndexFirst() {
        says(1, at(1024, "a"), at(2000, "p"));
        says(2, at(1024, "b"), at(2000, "q"));
        says(3, at(1024, "a"), at(2000, "p"));

        assertThat(Divergence.find(3, said)).isEqualTo(new Divergence(1024, odd(2, at(1024, "b")), true));
    }

    private void says(long server, DigestAt... digests) {
        for (DigestAt digest : digests) {
            said.add(new Divergence.Statement(new ServerId(server), digest));
        }
    }

    private static SortedMap<ServerId, DigestAt> odd(long server, DigestAt digest) {
        return new TreeMap<>(Map.of(new ServerId(server), digest));
    }

    private static DigestAt at(long index, String digest) {
        return DigestAt.newBuilder()
                .setIndex(index)
                .setDigest(ByteString.copyFromUtf8(digest))
                .build();
    }
}
