package io.ringkv.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AttemptTableTest {

    @Test
    void findsEachAttemptByItsNumberOnce() {
        Random random = new Random(5);
        AttemptTable table = new AttemptTable();
        Map<Long, Attempt> expected = new HashMap<>();
        List<Long> gone = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            if (expected.size() < 1_000 && random.nextInt(5) > 1) {
                Attempt attempt = new SilentAttempt();
                table.add(attempt);
                assertThat(attempt.id).isNotZero();
                assertThat(expected.put(attempt.id, attempt)).isNull();
            } else if (!expected.isEmpty()) {
                long id = expected.keySet().iterator().next();
                assertThat(table.remove(id)).isSameAs(expected.remove(id));
                gone.add(id);
            }
            if (!gone.isEmpty()) {
                assertThat(table.remove(gone.get(random.nextInt(gone.size())))).isNull();
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }
        assertThat(table.removeAll()).containsExactlyInAnyOrderElementsOf(expected.values());
        assertThat(table.size()).isZero();
    }

    @Test
    void knowsNoNumbersItNeverGave() {
        AttemptTable table = new AttemptTable();

        assertThat(table.remove(0)).isNull();
        assertThat(table.remove(-1)).isNull();
        assertThat(table.remove(1L << 40)).isNull();
    }

    private static final class SilentAttempt extends Attempt {

        @Override
        protected boolean isWanted() {
            return true;
        }

        @Override
        protected int bodyBytes() {
            return 0;
        }

        @Override
        protected boolean isBulk() {
            return false;
        }

        @Override
        protected Request toRequest(long id, long nowNanos) {
            return Request.getDefaultInstance();
        }

        @Override
        protected void answered(Reply reply) {
            throw new IllegalStateException("not sent");
        }

        @Override
        protected void lost(boolean sent, String reason) {
            throw new IllegalStateException("not sent");
        }
    }
}
