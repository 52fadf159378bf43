package io.ringkv.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.cluster.EmbeddedCluster;
import io.ringkv.testing.cluster.EmbeddedClusterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/client.md shows does what it says. */
final class ClientExampleIT {

    @Test
    void everyExampleDoesWhatTheGuideSays() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        EmbeddedClusterOptions small = EmbeddedClusterOptions.ofServers(1).withManagers(1);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(small);
                RingKvClient client = ClientExample.connect(cluster.endpoints(), registry)) {
            ClientExample.hello(cluster.endpoints());
            operations(client);
            asynchronous(client);
            try (RingKvClient reader = cluster.newClient()) {
                assertThat(ClientExample.readYourWrites(client, reader)).contains(Bytes.utf8("new picture"));
            }
        }
        assertThat(metricsInGuide()).containsAll(names(registry));
    }

    private static void operations(RingKvClient client) {
        BlockingRingKvClient blocking = client.blocking();
        ClientExample example = new ClientExample(blocking);
        assertThat(blocking.get(Bytes.utf8("hello")).value()).contains(Bytes.utf8("world"));
        assertThat(example.putAndGet()).isEqualTo("Ada true");
        assertThat(example.lock()).isPresent();
        assertThat(blocking.get(Bytes.utf8("leader")).entry()).isEmpty();
        assertThat(example.count()).isEqualTo(1);
        assertThat(example.stale()).matches("at most \\d+ ms old|of unknown age");

        assertThat(example.transfer().refusal()).contains(ErrorCode.VALUE_MISMATCH);
        blocking.put(Bytes.utf8("{bank}/alice"), Bytes.utf8("100"));
        assertThat(example.transfer().applied()).isTrue();
        assertThat(blocking.get(Bytes.utf8("{bank}/bob")).value()).contains(Bytes.utf8("30"));

        assertThat(example.readMany()).containsExactly("Ada", "user/17/name=Ada");

        Bytes seat = Bytes.utf8("seat/1");
        assertThat(example.book(seat, Bytes.utf8("me"))).isTrue();
        assertThat(example.book(seat, Bytes.utf8("you"))).isFalse();
        assertThatThrownBy(() -> example.book(Bytes.empty(), Bytes.utf8("me")))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_EMPTY));
    }

    private static void asynchronous(RingKvClient client) {
        assertThat(ClientExample.asynchronous(client, ForkJoinPool.commonPool()).join())
                .isEqualTo(1);
        assertThat(client.blocking().get(Bytes.utf8("orders/today")).value()).isEqualTo(Optional.of(Bytes.utf8("1")));
    }

    private static Set<String> names(SimpleMeterRegistry registry) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> metricsInGuide() throws IOException {
        Matcher matcher =
                Pattern.compile("`(ringkv_client_\\w+)").matcher(Files.readString(Path.of("../docs/client.md")));
        return matcher.results().map(result -> result.group(1)).collect(Collectors.toSet());
    }
}
