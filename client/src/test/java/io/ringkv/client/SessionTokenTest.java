package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.SessionToken.ShardLife;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ShardId;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionTokenTest {

    private static final ClusterId CLUSTER = new ClusterId(new UUID(0x0123456789abcdefL, 1));

    @Test
    void theTextFormIsFixed() {
        SessionToken token = new SessionToken(CLUSTER, Map.of(life(1, 1), 5L, life(300, 2), 1L << 40));

        assertThat(token).hasToString("rkv1_782riWdFIwEBAAAAAAAAAAEBBawCAoCAgICAIA");
        assertThat(SessionToken.parse(token.toString())).isEqualTo(token);
    }

    @Test
    void everyTokenSurvivesItsTextForm() {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            Map<ShardLife, Long> revisions = new TreeMap<>();
            for (int j = random.nextInt(20); j > 0; j--) {
                revisions.put(
                        life(1 + random.nextInt(1 << (1 + random.nextInt(30))), random.nextInt(5)),
                        random.nextLong() >>> random.nextInt(64));
            }
            SessionToken token = new SessionToken(CLUSTER, revisions);

            assertThat(SessionToken.parse(" " + token + "\n")).isEqualTo(token);
        }
    }

    @Test
    void mergingKeepsTheHigherRevisionOfEachLife() {
        SessionToken left = new SessionToken(CLUSTER, Map.of(life(1, 1), 5L, life(2, 1), 7L));
        SessionToken right = new SessionToken(CLUSTER, Map.of(life(1, 1), 6L, life(2, 2), 1L));

        assertThat(left.merge(right).revisions()).isEqualTo(Map.of(life(1, 1), 6L, life(2, 1), 7L, life(2, 2), 1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "rkv1_",
                "rkv1_!!!",
                "rkv2_AAAA",
                "rkv1_782riWdFIwEBAAAAAAAAAAEBBawCAoCAgICA",
                "rkv1_AAAAAAAAAAAAAAAAAAAAAA",
                "rkv1_782riWdFIwEBAAAAAAAAAAABBQ"
            })
    void refusesDamagedText(String text) {
        assertThatThrownBy(() -> SessionToken.parse(text))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID));
    }

    @Test
    void refusesToSpeakAboutAnotherCluster() {
        SessionToken token = new SessionToken(CLUSTER, Map.of());
        SessionToken other = new SessionToken(new ClusterId(new UUID(2, 2)), Map.of());

        assertThatThrownBy(() -> token.merge(other)).isInstanceOf(RingKvException.class);
    }

    private static ShardLife life(int shard, int incarnation) {
        return new ShardLife(new ShardId(shard), incarnation);
    }
}
