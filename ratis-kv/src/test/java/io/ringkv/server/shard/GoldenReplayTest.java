package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.log.GoldenEntries;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entries that earlier builds wrote must come to what they came to then. */
class GoldenReplayTest {

    @Test
    void goldenEntriesOfLevel1ComeToTheSameOutcomes() throws Exception {
        ShardFixture shard = new ShardFixture();
        for (GoldenEntries.Golden golden : GoldenEntries.ofLevel(1)) {
            List<OperationOutcome> outcomes = shard.apply(golden.bytes());
            assertThat(outcomes)
                    .as(golden.name())
                    .extracting(GoldenReplayTest::text)
                    .isEqualTo(golden.outcomes());
        }
        assertThat(shard.state().digest()).hasToString(GoldenEntries.digestOfLevel(1));
    }

    private static String text(OperationOutcome outcome) {
        return outcome.code()
                + " revision=" + outcome.revision()
                + " number=" + outcome.number()
                + " failedIndex=" + outcome.failedIndex()
                + " session=" + outcome.session()
                + (outcome.duplicate() ? " duplicate" : "");
    }
}
