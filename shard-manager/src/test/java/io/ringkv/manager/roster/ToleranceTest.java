package io.ringkv.manager.roster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToleranceTest {

    @ParameterizedTest
    @CsvSource({"1,1,0", "2,2,0", "3,3,1", "3,2,0", "3,1,-1", "4,4,1", "4,3,0", "5,5,2", "5,3,0", "7,7,3"})
    void countsLossesThatAreSurvived(int members, int alive, int survived) {
        assertThat(Tolerance.lossesSurvived(members, alive)).isEqualTo(survived);
    }

    @ParameterizedTest
    @CsvSource({
        "3,2,false",
        "5,4,false",
        "5,3,true",
        "4,3,true",
        "2,1,false",
        "3,3,false",
        "5,2,false",
        "7,5,true",
        "7,4,true",
        "6,5,true",
        "1,1,false"
    })
    void shrinksOnlyWhereThatGainsSomething(int members, int alive, boolean gains) {
        assertThat(Tolerance.isShrinkingAGain(members, alive)).isEqualTo(gains);
    }

    /** Why the dead one may go first: neither order ever survives fewer losses than the group did with its dead. */
    @Test
    void replacingADeadMemberNeverLowersTheToleranceInWhicheverOrder() {
        for (int members = 1; members <= ManagerRoster.MEMBERS_MAX; members++) {
            for (int alive = Tolerance.majority(members); alive < members; alive++) {
                int before = Tolerance.lossesSurvived(members, alive);
                String context = members + " members, " + alive + " alive";

                assertThat(Tolerance.lossesSurvived(members - 1, alive))
                        .as("%s, removed first", context)
                        .isGreaterThanOrEqualTo(before);
                assertThat(Tolerance.lossesSurvived(members + 1, alive + 1))
                        .as("%s, added first", context)
                        .isGreaterThanOrEqualTo(before);
                // But if the new one turns out to be dead as well, only the first order is as well off as before.
                assertThat(Tolerance.lossesSurvived(members, alive))
                        .as("%s, removed first, the new one fails", context)
                        .isEqualTo(before);
            }
        }
        assertThat(Tolerance.lossesSurvived(4, 2))
                .as("3 members, 2 alive, added first, the new one fails")
                .isNegative();
    }
}
