package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:7400, localhost, 7400",
        "' 10.0.0.1:0 ', 10.0.0.1, 0",
        "[::1]:65535, ::1, 65535",
        "a-b.example:1, a-b.example, 1"
    })
    void readsWhatPeopleWrite(String text, String host, int port) {
        HostPort parsed = HostPort.parse(text);

        assertThat(parsed).isEqualTo(new HostPort(host, port));
        assertThat(HostPort.parse(parsed.toString())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                ":7400",
                "localhost:",
                "localhost:x",
                "localhost:-1",
                "h:65536",
                "::1:7400",
                "http://h:1",
                "h h:1",
                "h:123456",
                "[]:1"
            })
    void refusesEverythingElseByName(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOfSatisfying(RingKvException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.ADDRESS_INVALID);
            assertThat(e).hasMessageContaining("\"" + text + "\"");
        });
    }

    @Test
    void dropsRepetitionsFromLists() {
        assertThat(HostPort.parseList("b:1, a:2,b:1")).containsExactly(new HostPort("b", 1), new HostPort("a", 2));
    }

    @Test
    void refusesEmptyPartsOfLists() {
        assertThatThrownBy(() -> HostPort.parseList("a:1,,b:2")).isInstanceOf(RingKvException.class);
        assertThatThrownBy(() -> HostPort.parseList("")).isInstanceOf(RingKvException.class);
    }
}
