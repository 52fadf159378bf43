package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.FollowerProgress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeadershipHandoverTest {
    @Test
    void asksTheFollowerWithMostOfTheLogFirst() {
        assertThat(LeadershipHandover.candidates(
                        List.of(
                                new FollowerProgress(1, 90, 10),
                                new FollowerProgress(2, 100, 900),
                                new FollowerProgress(3, 95, 0)),
                        Set.of(1L, 2L, 3L)))
                .containsExactly(2L, 3L, 1L);
    }

    @Test
    void asksNobodyWhoIsSilent() {
        assertThat(LeadershipHandover.candidates(
                        List.of(new FollowerProgress(1, 100, 1_001), new FollowerProgress(2, 50, 1_000)),
                        Set.of(1L, 2L)))
                .containsExactly(2L);
        assertThat(LeadershipHandover.candidates(List.of(), Set.of(1L))).isEmpty();
    }

    @Test
    void asksNobodyWhoIsNotAVoterYet() {
        assertThat(LeadershipHandover.candidates(
                        List.of(new FollowerProgress(1, 100, 0), new FollowerProgress(2, 50, 0)), Set.of(2L, 3L)))
                .containsExactly(2L);
    }
}
