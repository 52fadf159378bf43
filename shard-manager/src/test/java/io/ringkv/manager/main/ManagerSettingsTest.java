package io.ringkv.manager.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.config.Config;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.config.ConfigTemplate;
import io.ringkv.common.error.RingKvException;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagerSettingsTest {

    private static final Path DOCUMENT = Path.of("..", "conf", "manager.yaml");

    @Test
    void areDocumentedAsTheyAre() throws IOException {
        String expected = ConfigTemplate.render("RingKV manager", ManagerSettings.all());
        if (Boolean.getBoolean("ringkv.regenerate")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("conf/manager.yaml; write it anew with -Dringkv.regenerate=true")
                .isEqualTo(expected);
    }

    @Test
    void takePortsFromTheBase() {
        ManagerConfig config = config(Map.of("base-port", "9000", "down-after", "10s"));

        assertThat(config.ports()).isEqualTo(Ports.from(9_000));
        assertThat(config.advertiseHost()).isEqualTo("127.0.0.1");
        assertThat(config.liveness()).isEqualTo(new LivenessLimits(500, 3_000, 10_000));
        assertThat(config(Map.of("base-port", "0")).ports()).isEqualTo(Ports.ANY);
    }

    @Test
    void refuseTimesThatContradictEachOther() {
        assertThatThrownBy(() -> config(Map.of("suspect-after", "10s", "down-after", "5s")))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("Set down-after above suspect-after")
                .hasMessageContaining("INVALID_CONFIG_VALUE");
        assertThatThrownBy(() -> config(Map.of("raft.election-timeout-max", "400ms")))
                .hasMessageContaining("Set raft.election-timeout-max above raft.election-timeout-min");
    }

    @Test
    void refuseAnAddressThatNobodyCanReach() {
        assertThatThrownBy(() -> config(Map.of("listen-host", "0.0.0.0")))
                .hasMessageContaining("INVALID_CONFIG_VALUE")
                .hasMessageContaining("Set advertise-host");
        assertThat(config(Map.of("listen-host", "0.0.0.0", "advertise-host", "m1.example"))
                        .advertiseHost())
                .isEqualTo("m1.example");
    }

    private static ManagerConfig config(Map<String, String> flags) {
        Config config = new ConfigLoader(ManagerSettings.all()).flags(flags).load();
        return ManagerSettings.configOf(config);
    }
}
