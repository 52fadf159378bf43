package io.ringkv.server.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.identity.ServerAddresses;
import io.ringkv.server.identity.ServerIdentity;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ServerPortsTest {
    private static final ServerIdentity FRESH = ServerIdentity.fresh(new ServerId(7));
    private static final ServerIdentity JOINED = FRESH.joined(
            new ClusterId(new UUID(1, 2)),
            "s1",
            new ServerAddresses("127.0.0.1:7400", "127.0.0.1:7401", "127.0.0.1:7402"));

    @Test
    void basePortCountsUp() {
        assertThat(ServerPorts.choose(config("base-port", "9000"), FRESH)).isEqualTo(new ServerPorts(9000, 9001, 9002));
    }

    @Test
    void anyFreePortsStayTheSameOnceTheServerHasJoined() {
        assertThat(ServerPorts.choose(config("base-port", "0"), FRESH)).isEqualTo(new ServerPorts(0, 0, 0));
        assertThat(ServerPorts.choose(config("base-port", "0"), JOINED)).isEqualTo(new ServerPorts(7400, 7401, 7402));
    }

    @Test
    void changedAddressIsRefusedAndSaysWhatToDo() {
        assertThatThrownBy(() -> ServerPorts.choose(config("base-port", "9000"), JOINED))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("ADDRESS_CHANGED")
                .hasMessageContaining("127.0.0.1:7400")
                .hasMessageContaining("127.0.0.1:9000");
        assertThatThrownBy(() -> ServerPorts.choose(config("advertise-host", "elsewhere"), JOINED))
                .hasMessageContaining("join as a new server");
    }

    private static ServerConfig config(String key, String value) {
        return ServerConfig.of(
                new ConfigLoader(ServerSettings.all()).flags(Map.of(key, value)).load());
    }
}
