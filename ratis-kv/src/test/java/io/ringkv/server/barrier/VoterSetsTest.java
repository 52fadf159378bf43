package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoterSetsTest {
    /** Sets are written as digits, one per server. */
    @ParameterizedTest
    @CsvSource({
        // current, previous, yes, majority
        "1,,1,true",
        "1,,,false",
        "1,,2,false",
        "12,,1,false",
        "12,,12,true",
        "123,,1,false",
        "123,,13,true",
        "123,,145,false",
        "1234,,12,false",
        "1234,,123,true",
        "12345,,12,false",
        "12345,,135,true",
        "12345,,16789,false",
        // Adding a voter: one to two, two to three, three to four.
        "12,1,1,false",
        "12,1,2,false",
        "12,1,12,true",
        "123,12,13,false",
        "123,12,12,true",
        "1234,123,124,true",
        "1234,123,12,false",
        "1234,123,14,false",
        // Removing one.
        "1,12,1,false",
        "1,12,12,true",
        "12,123,13,false",
        "12,123,12,true",
        "123,1234,12,false",
        "123,1234,124,true",
        // Any change: the sets may have nothing in common.
        "145,123,14,false",
        "145,123,12,false",
        "145,123,124,true",
        "456,123,456,false",
        "456,123,12,false",
        "456,123,1245,true",
        // Nothing can be confirmed without voters.
        ",,1,false",
        ",123,123,false",
    })
    void needsAMajorityOfEverySet(String current, String previous, String yes, boolean majority) {
        assertThat(new VoterSets(VoterIds.ofDigits(current), VoterIds.ofDigits(previous))
                        .isMajority(VoterIds.ofDigits(yes)))
                .isEqualTo(majority);
    }

    @ParameterizedTest
    @CsvSource({
        "1,,,true",
        "1,,1,false",
        "12,,2,false",
        "123,,2,true",
        "123,,23,false",
        "12345,,23,true",
        "12345,,234,false",
        "1234,123,4,true",
        "1234,123,3,true",
        "1234,123,23,false",
        "1234,123,34,false",
        "12,1,2,false",
        "1,12,2,false",
        "123,,789,true",
        ",,,false",
    })
    void tellsWhenAMajorityIsOutOfReach(String current, String previous, String lost, boolean possible) {
        assertThat(new VoterSets(VoterIds.ofDigits(current), VoterIds.ofDigits(previous))
                        .isPossibleWithout(VoterIds.ofDigits(lost)))
                .isEqualTo(possible);
    }

    @Test
    void anyTwoMajoritiesShareAVoterAlsoAcrossAChangeOfOne() {
        // What the argument of the barrier rests on, for every set of up to 5 of 6 servers and every change by one.
        for (int first = 1; first < 64; first++) {
            for (int change = 0; change <= 6; change++) {
                int second = change == 6 ? first : first ^ (1 << change);
                if (second != 0) {
                    assertMajoritiesMeet(first, second);
                }
            }
        }
    }

    private static void assertMajoritiesMeet(int first, int second) {
        VoterSets one = new VoterSets(ofBits(first), Set.of());
        VoterSets other = new VoterSets(ofBits(second), Set.of());
        for (int yes = 1; yes < 64; yes++) {
            if (one.isMajority(ofBits(yes))) {
                assertThat(other.isMajority(ofBits(63 & ~yes)))
                        .as("voters %s and %s: majority %s leaves one of the other", one, other, ofBits(yes))
                        .isFalse();
            }
        }
    }

    private static Set<ServerId> ofBits(int bits) {
        return VoterIds.of(LongStream.rangeClosed(1, 6)
                .filter(number -> (bits & (1 << (number - 1))) != 0)
                .toArray());
    }

    @Test
    void listsAllVotersOnceAndInOrder() {
        VoterSets voters = new VoterSets(VoterIds.of(4, 1, 3), VoterIds.of(2, 1, 3));
        assertThat(voters.all())
                .containsExactly(VoterIds.server(1), VoterIds.server(2), VoterIds.server(3), VoterIds.server(4));
        assertThat(voters.contains(VoterIds.server(2))).isTrue();
        assertThat(voters.contains(VoterIds.server(5))).isFalse();
    }
}
