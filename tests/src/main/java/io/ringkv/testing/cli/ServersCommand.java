package io.ringkv.testing.cli;

import io.ringkv.cli.ProcessCommand;
import io.ringkv.cli.RunningProcess;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.Settings;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.server.main.ServerConfig;
import io.ringkv.server.main.ServerProcess;
import io.ringkv.server.main.ServerSettings;
import io.ringkv.testing.cluster.ServerHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code servers}: runs several KV servers in this process. */
@Command(
        name = "servers",
        description = {
            "Run several KV servers in one process until it is stopped: for large clusters on small machines.",
            "Settings hold for all of them, but each keeps its data in DATA/LABEL, and its ports are ten above those of",
            "the one before. One that cannot go on, such as a removed one, ends alone."
        },
        footer = {
            "",
            "Example:",
            "  ringkv servers --members s1,s2,s3 --data /tmp/ring --base-port 7400 \\",
            "    --join 127.0.0.1:8400 --zone p1"
        })
public final class ServersCommand extends ProcessCommand {
    private static final int PORT_STEP = 10;

    @Option(
            names = "--members",
            required = true,
            split = ",",
            paramLabel = "LABEL,...",
            description = "Names of the servers, such as s1,s2,s3.")
    private List<String> members = List.of();

    @Override
    protected Settings settings() {
        return ServerSettings.all();
    }

    @Override
    protected RunningProcess start(Config config) {
        List<ServerConfig> configs = new ArrayList<>();
        for (int index = 0; index < members.size(); index++) {
            configs.add(configOf(config, index));
        }
        ServerHost host = ServerHost.start(configs);
        ServerProcess first = host.servers().get(0);
        return new RunningProcess() {
            @Override
            public String description() {
                return members.size() + " servers, " + first.label() + " to " + members.get(members.size() - 1)
                        + "; the first listens on " + first.addresses().client();
            }

            @Override
            public CompletableFuture<RingKvException> failure() {
                return host.failure();
            }

            @Override
            public void close() {
                host.close();
            }
        };
    }

    private ServerConfig configOf(Config common, int index) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Setting<?> setting : common.settings().all()) {
            texts.put(setting.key(), common.text(setting));
        }
        if (!texts.getOrDefault("label", "").isEmpty()) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "The labels of several servers are given by --members");
        }
        String label = members.get(index).strip();
        int basePort = Integer.parseInt(texts.getOrDefault("base-port", "0"));
        texts.put("label", label);
        texts.put("data", Path.of(texts.getOrDefault("data", "")).resolve(label).toString());
        texts.put("base-port", Integer.toString(basePort == 0 ? 0 : basePort + PORT_STEP * index));
        return ServerConfig.of(new ConfigLoader(common.settings()).flags(texts).load());
    }
}
