package io.ringkv.testing.cli.lab;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.nemesis.Ability;
import io.ringkv.testing.lab.nemesis.ProcessCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Starts the cluster that a run may break. Threading: stateless. */
final class ThrowAwayCluster {
    private static final int MANAGERS = 3;
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 30_000;
    private static final int MANAGERS_OFFSET = 1_000;
    private static final String HEAP = "512m";

    private ThrowAwayCluster() {}

    /** Number of its managers. */
    static int managers() {
        return MANAGERS;
    }

    /**
     * Starts it below the directory of a run, and waits until it is ready.
     *
     * @throws RingKvException if it does not become so
     */
    static ProcessCluster start(Path run, int servers, Set<Ability> abilities, Map<String, String> environment)
            throws InterruptedException {
        Map<String, String> changed = new LinkedHashMap<>();
        if (!environment.containsKey("RINGKV_HEAP")) {
            changed.put("RINGKV_HEAP", HEAP);
        }
        ProcessCluster cluster = new ProcessCluster(
                script(environment), run.resolve("cluster").toAbsolutePath(), run.resolve("cluster.log"), changed);
        try {
            cluster.up(servers, MANAGERS, freePorts(servers), abilities);
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new RingKvException(ErrorCode.UNAVAILABLE, "The throw-away cluster did not start", e);
        }
    }

    /** The script beside the launcher of this very software. */
    static Path script(Map<String, String> environment) {
        String home = environment.getOrDefault("RINGKV_HOME", "");
        Path directory = home.isEmpty() ? homeOfThis() : Path.of(home);
        Path script = directory == null ? null : directory.resolve("bin").resolve("cluster");
        if (script == null || !Files.isExecutable(script)) {
            throw new RingKvException(
                    ErrorCode.NOT_FOUND,
                    "There is no script bin/cluster beside the libraries; start the lab by scripts/ringkv");
        }
        return script;
    }

    private static @Nullable Path homeOfThis() {
        try {
            Path library = Path.of(ThrowAwayCluster.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path libraries = library.getParent();
            return libraries == null ? null : libraries.getParent();
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static int freePorts(int servers) {
        int step = 10 * Math.max(servers, MANAGERS);
        // Not always the same ones, so that runs beside each other seldom try the same.
        int places = (HIGHEST_PORT - LOWEST_PORT) / step;
        int first = (int) (ProcessHandle.current().pid() % places);
        for (int i = 0; i < places; i++) {
            int base = LOWEST_PORT + (first + i) % places * step;
            if (areFree(base, 10 * servers) && areFree(base + MANAGERS_OFFSET, 10 * MANAGERS)) {
                return base;
            }
        }
        throw new RingKvException(
                ErrorCode.PORT_IN_USE, "There are no free ports from " + LOWEST_PORT + " to " + HIGHEST_PORT);
    }

    private static boolean areFree(int base, int count) {
        for (int port = base; port < base + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
