package io.ringkv.manager.main;

import io.ringkv.cli.ProcessCommand;
import io.ringkv.cli.RunningProcess;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.Settings;
import io.ringkv.common.error.RingKvException;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;

/** {@code manager}: runs a member of the shard manager. */
@Command(
        name = "manager",
        description = "Run a member of the shard manager until it is stopped.",
        footer = {
            "",
            "Examples:",
            "  ringkv manager --label m1 --data /var/lib/ringkv/m1",
            "  ringkv manager -c conf/manager.yaml -D down-after=10s",
            "  ringkv cluster bootstrap --managers m1:8400,m2:8400,m3:8400"
        })
final class ManagerCommand extends ProcessCommand {

    @Override
    protected Settings settings() {
        return ManagerSettings.all();
    }

    @Override
    protected RunningProcess start(Config config) {
        ManagerProcess manager = ManagerProcess.start(ManagerSettings.configOf(config));
        return new Running(manager);
    }

    /** A manager as the command sees it. */
    private record Running(ManagerProcess manager) implements RunningProcess {

        @Override
        public String description() {
            return "manager " + manager.self().label() + " (" + manager.self().id() + ") listens on "
                    + manager.self().clientAddress();
        }

        @Override
        public CompletableFuture<RingKvException> failure() {
            return manager.failure();
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
