package io.ringkv.manager.main;

import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code run.json} in the data directory: process id and the ports really listened on, for scripts. Gone after a stop. */
final class RunFile implements AutoCloseable {

    private static final String NAME = "run.json";

    private final Path path;

    private RunFile(Path path) {
        this.path = path;
    }

    static RunFile write(Path directory, ManagerRecord manager) throws IOException {
        String text = "{\"pid\":" + ProcessHandle.current().pid() + ",\"manager\":\"" + manager.id()
                + "\",\"client\":\"" + manager.clientAddress() + "\",\"peer\":\"" + manager.peerAddress()
                + "\",\"raft\":\"" + manager.raftAddress() + "\"}\n";
        Path path = directory.resolve(NAME);
        DurableFiles.replace(path, text.getBytes(StandardCharsets.UTF_8));
        return new RunFile(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
