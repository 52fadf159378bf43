package io.ringkv.testing.ring;

import io.ringkv.common.config.ConfigLoader;
import io.ringkv.manager.main.ManagerProcess;
import io.ringkv.manager.main.ManagerSettings;
import io.ringkv.server.main.ServerConfig;
import io.ringkv.server.main.ServerProcess;
import io.ringkv.server.main.ServerSettings;
import java.nio.file.Path;
import java.util.Map;

/**
 * Starts all members in this JVM, which is much cheaper. A kill closes their ports and files at once, but lets running code
 * come to its end: what an end between any two instructions leaves on the disk, and how a death of the host's making is
 * noticed, only processes of their own show.
 */
final class EmbeddedLauncher implements Launcher {

    @Override
    public Member launch(String name, Path log, Map<String, String> settings) {
        if (name.startsWith("m")) {
            ManagerProcess manager = ManagerProcess.start(ManagerSettings.configOf(
                    new ConfigLoader(ManagerSettings.all()).flags(settings).load()));
            return new Running(manager::closeNow, () -> manager.failure().isDone());
        }
        ServerProcess server = ServerProcess.start(ServerConfig.of(
                new ConfigLoader(ServerSettings.all()).flags(settings).load()));
        return new Running(server::closeAbruptly, () -> server.failure().isDone());
    }

    private record Running(Runnable end, java.util.function.BooleanSupplier hasFailed) implements Member {
        @Override
        public void kill() {
            end.run();
        }

        @Override
        public boolean isOver() {
            return hasFailed.getAsBoolean();
        }
    }
}
