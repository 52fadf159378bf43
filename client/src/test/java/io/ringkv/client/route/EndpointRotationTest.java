package io.ringkv.client.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapHistory;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import java.net.ConnectException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EndpointRotationTest {

    private static final HostPort A = new HostPort("a", 1);
    private static final HostPort B = new HostPort("b", 2);

    private final EndpointRotation rotation = new EndpointRotation(List.of(A, B), new Random(1));

    @Test
    void triesOneAfterTheOtherAndPausesAfterARound() {
        assertThat(rotation.next(null)).isEqualTo(A);
        assertThat(rotation.failed(A, refused())).isZero();
        assertThat(rotation.next(null)).isEqualTo(B);
        assertThat(rotation.failed(B, refused())).isBetween(50L, 100L);
        assertThat(rotation.next(null)).isEqualTo(A);
    }

    @Test
    void pausesGrowUpToALimit() {
        long longest = 0;
        for (int i = 0; i < 40; i++) {
            longest = Math.max(longest, rotation.failed(rotation.next(null), refused()));
        }

        assertThat(longest).isBetween(1_000L, 2_000L);
    }

    @Test
    void alsoTriesWhatTheMapNames() {
        ShardMap map = new ShardMapHistory(1, 3, 0).maps().get(0);
        Set<HostPort> tried = new HashSet<>();
        for (int i = 0; i < 2 + map.servers().size() + map.managers().size(); i++) {
            tried.add(rotation.next(map));
        }

        assertThat(tried)
                .contains(A, B)
                .contains(HostPort.parse(map.servers().get(0).clientAddress()))
                .contains(HostPort.parse(map.managers().get(0).clientAddress()));
    }

    @Test
    void explainsWhatWasWrongWithEachAddress() {
        rotation.failed(A, refused());

        RingKvException reason = rotation.explain();

        assertThat(reason.code()).isEqualTo(ErrorCode.NO_ENDPOINT_REACHABLE);
        assertThat(reason).hasMessageContaining("a:1, b:2").hasMessageContaining("a:1: UNAVAILABLE");
    }

    @Test
    void saysWhatLiesBehindAFailedCall() {
        Status status = Status.UNAVAILABLE
                .withDescription("io exception")
                .withCause(new ConnectException("Connection refused"));
        rotation.failed(A, FailureStatus.toException(status.asRuntimeException()));

        assertThat(rotation.explain()).hasMessageContaining("a:1: Connection refused");
    }

    @Test
    void tellsAMissingClusterFromMissingProcesses() {
        rotation.withoutMap(A);
        rotation.failed(B, refused());

        assertThat(rotation.explain().code()).isEqualTo(ErrorCode.NOT_BOOTSTRAPPED);
    }

    private static RingKvException refused() {
        return new RingKvException(ErrorCode.UNAVAILABLE, "Connection refused");
    }
}
