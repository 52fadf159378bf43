package io.ringkv.server.main;

import io.ringkv.cli.ProcessCommand;
import io.ringkv.cli.RunningProcess;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.Settings;
import io.ringkv.common.error.RingKvException;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;

/** {@code server}: runs a KV server. */
@Command(
        name = "server",
        description = "Run a KV server until it is stopped; or, with a subcommand, look at the servers.",
        footer = {
            "",
            "Examples:",
            "  ringkv server --label s1 --data /var/lib/ringkv/s1 --join 127.0.0.1:8400",
            "  ringkv server -c conf/server.yaml -D batch.linger=200us"
        })
final class ServerCommand extends ProcessCommand {
    @Override
    protected Settings settings() {
        return ServerSettings.all();
    }

    @Override
    protected RunningProcess start(Config config) {
        ServerProcess server = ServerProcess.start(ServerConfig.of(config));
        return new RunningProcess() {
            @Override
            public String description() {
                return "server " + server.label() + " (" + server.id() + ") listens on "
                        + server.addresses().client();
            }

            @Override
            public CompletableFuture<RingKvException> failure() {
                return server.failure();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
