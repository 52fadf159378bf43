package io.ringkv.server.main;

import io.ringkv.raft.DurableFiles;
import io.ringkv.server.identity.ServerAddresses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code run.json} in the data directory: process id and the ports really listened on, for scripts. Gone after a stop. */
final class RunFile implements AutoCloseable {
    private final Path path;

    private RunFile(Path path) {
        this.path = path;
    }

    static RunFile write(Path path, String serverId, ServerAddresses addresses) throws IOException {
        String text = "{\"pid\":" + ProcessHandle.current().pid() + ",\"server\":\"" + serverId + "\",\"client\":\""
                + addresses.client() + "\",\"peer\":\"" + addresses.peer() + "\",\"raft\":\"" + addresses.raft()
                + "\"}\n";
        DurableFiles.replace(path, text.getBytes(StandardCharsets.UTF_8));
        return new RunFile(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
