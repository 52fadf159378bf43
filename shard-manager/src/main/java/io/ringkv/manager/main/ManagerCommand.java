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
        description = {
            "Run a member of the shard manager until it is stopped. With --join it stands by",
            "in a cluster that exists, and takes the place of a member that is down."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv manager --label m1 --data /var/lib/ringkv/m1",
            "  ringkv manager -c conf/manager.yaml -D down-after=10s",
            "  ringkv cluster bootstrap --managers m1:8400,m2:8400,m3:8400",
            "  ringkv manager --label m4 --join m1:8400,m2:8400     # stands by"
        })
final class ManagerCommand extends ProcessCommand {

    @Override
    protected Settings settings() {
        return ManagerSettings.all();
    }

    @Override
    protected RunningProcess start(Config config) {
        return new Running(ManagerSettings.configOf(config));
    }

    /** A manager as the command sees it: one that was replaced while it was away goes on as a standby. */
    private static final class Running implements RunningProcess {

        private final ManagerConfig config;
        private final CompletableFuture<RingKvException> failure = new CompletableFuture<>();
        private ManagerProcess manager;
        private boolean isClosed;

        Running(ManagerConfig config) {
            this.config = config;
            this.manager = follow(ManagerProcess.start(config));
        }

        private ManagerProcess follow(ManagerProcess started) {
            CompletableFuture<Void> unusedFailure = started.failure().thenAccept(failure::complete);
            CompletableFuture<Void> unusedEnd = started.gone().thenRunAsync(this::startAnew);
            return started;
        }

        private synchronized void startAnew() {
            if (isClosed) {
                return;
            }
            manager.closeNow();
            try {
                manager = follow(ManagerProcess.start(config));
            } catch (RingKvException e) {
                failure.complete(e);
            }
        }

        @Override
        public synchronized String description() {
            return "manager " + manager.self().label() + " (" + manager.self().id() + ") listens on "
                    + manager.self().clientAddress();
        }

        @Override
        public CompletableFuture<RingKvException> failure() {
            return failure;
        }

        @Override
        public synchronized void close() {
            isClosed = true;
            manager.close();
        }
    }
}
