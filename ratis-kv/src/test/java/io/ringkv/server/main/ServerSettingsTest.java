package io.ringkv.server.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.config.Config;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.config.ConfigTemplate;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServerSettingsTest {
    private static final Path FILE = Path.of("../conf/server.yaml");

    @Test
    void commentedDefaultsAreThoseOfTheCode() throws IOException {
        String expected = ConfigTemplate.render("Settings of a RingKV server", ServerSettings.all());
        if (Boolean.getBoolean("ringkv.regenerate")) {
            Files.writeString(FILE, expected);
        }

        assertThat(FILE)
                .as("run this test with -Dringkv.regenerate=true after changing a setting")
                .content()
                .isEqualTo(expected);
    }

    @Test
    void defaultsMakeAServer() {
        ServerConfig config = ServerConfig.of(Config.defaults(ServerSettings.all()));

        assertThat(config.advertiseHost()).isEqualTo(config.listenHost()).isEqualTo("127.0.0.1");
        assertThat(config.agent().joinAddresses()).hasSize(3);
        assertThat(config.batch().lingerNanos()).isEqualTo(2_000_000);
    }

    @Test
    void electionTimeoutsThatContradictEachOtherAreRefused() {
        Config config = new ConfigLoader(ServerSettings.all())
                .flags(Map.of("raft.election-timeout-min", "2s", "raft.election-timeout-max", "1s"))
                .load();

        assertThatThrownBy(() -> ServerConfig.of(config))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("INVALID_CONFIG_VALUE")
                .hasMessageContaining("2s")
                .hasMessageContaining("Set raft.election-timeout-max above raft.election-timeout-min");
    }

    @Test
    void aServerThatListensEverywhereMustSayWhereItIsReached() {
        Config config = new ConfigLoader(ServerSettings.all())
                .flags(Map.of("listen-host", "0.0.0.0"))
                .load();

        assertThatThrownBy(() -> ServerConfig.of(config)).hasMessageContaining("Set advertise-host");
    }

    @Test
    void oneHungShardLeavesMostOfTheCreditToOthers() {
        ServerConfig config = ServerConfig.of(Config.defaults(ServerSettings.all()));

        assertThat(config.batch().clientBytesMax())
                .isLessThanOrEqualTo(config.door().streamCreditBytes() / 4);
    }

    @Test
    void unknownSettingIsRefusedWithTheNearestOne() {
        ConfigLoader loader = new ConfigLoader(ServerSettings.all());

        assertThatThrownBy(() -> loader.flags(Map.of("batch.lingr", "1ms")).load())
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("batch.linger");
    }
}
