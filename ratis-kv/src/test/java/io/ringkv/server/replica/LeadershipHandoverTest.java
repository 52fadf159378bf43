package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.FollowerProgress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadershipHandoverTest {
    @Test
    void asksTheFollowerWithMostOfTheLogFirst() {
        assertThat(LeadershipHandover.candidates(List.of(
                        new FollowerProgress(1, 90, 10),
                        new FollowerProgress(2, 100, 900),
                        new FollowerProgress(3, 95, 0))))
                .containsExactly(2L, 3L, 1L);
    }

    @Test
    void asksNobodyWhoIsSilent() {
        assertThat(LeadershipHandover.candidates(
                        List.of(new FollowerProgress(1, 100, 1_001), new FollowerProgress(2, 50, 1_000))))
                .containsExactly(2L);
        assertThat(LeadershipHandover.candidates(List.of())).isEmpty();
    }
}
