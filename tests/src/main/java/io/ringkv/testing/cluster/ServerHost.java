package io.ringkv.testing.cluster;

import io.ringkv.common.error.RingKvException;
import io.ringkv.server.main.ServerConfig;
import io.ringkv.server.main.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several KV servers in this process, each with its own data directory and ports: for large clusters on small machines. One
 * that cannot go on, such as one that was removed from the cluster, is closed, and the others stay.
 *
 * <p>Threading: made and closed by one thread.
 */
public final class ServerHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHost.class);

    private final List<ServerProcess> servers;
    private final CompletableFuture<RingKvException> failure = new CompletableFuture<>();
    private int running;

    private ServerHost(List<ServerProcess> servers) {
        this.servers = servers;
        this.running = servers.size();
        for (ServerProcess server : servers) {
            // Not on the thread that tells: it belongs to the server and could not wait for its own end.
            CompletableFuture<Void> unused = server.failure().thenAcceptAsync(reason -> end(server, reason));
        }
    }

    /**
     * Starts one server per configuration, all at the same time: each spends most of its start waiting.
     *
     * @throws RingKvException if one of them does not start; then none runs
     */
    public static ServerHost start(List<ServerConfig> configs) {
        List<CompletableFuture<ServerProcess>> starting = configs.stream()
                .map(config -> CompletableFuture.supplyAsync(() -> ServerProcess.start(config)))
                .toList();
        List<ServerProcess> started = new ArrayList<>();
        RuntimeException refusal = null;
        for (CompletableFuture<ServerProcess> server : starting) {
            try {
                started.add(server.join());
            } catch (CompletionException e) {
                refusal = e.getCause() instanceof RingKvException reason ? reason : e;
            }
        }
        if (refusal != null) {
            together(started, ServerProcess::closeQuickly);
            throw refusal;
        }
        return new ServerHost(started);
    }

    /** All servers that were started. */
    public List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    /** Completes with the reason of the last one when no server is left. */
    public CompletableFuture<RingKvException> failure() {
        return failure;
    }

    private void end(ServerProcess server, RingKvException reason) {
        LOG.error("event=hosted-server-ended label={} reason=\"{}\"", server.label(), reason.getMessage());
        server.closeQuickly();
        synchronized (this) {
            running--;
            if (running == 0) {
                failure.complete(reason);
            }
        }
    }

    /** Stops all of them in good order, at the same time. */
    @Override
    public void close() {
        together(servers, ServerProcess::close);
    }

    private static void together(List<ServerProcess> servers, Consumer<ServerProcess> action) {
        CompletableFuture.allOf(servers.stream()
                        .map(server -> CompletableFuture.runAsync(() -> action.accept(server)))
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}
