package io.ringkv.process;

import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code run.json} in the data directory: process id and the ports really listened on, for scripts. Gone after a stop. */
public final class RunFile implements AutoCloseable {

    private static final String NAME = "run.json";

    private final Path path;

    private RunFile(Path path) {
        this.path = path;
    }

    /**
     * Writes the file.
     *
     * @param kind the key of the id: {@code server} or {@code manager}
     */
    public static RunFile write(Path directory, String kind, String id, ProcessAddresses addresses) throws IOException {
        String text = "{\"pid\":" + ProcessHandle.current().pid() + ",\"" + kind + "\":\"" + id + "\",\"client\":\""
                + addresses.client() + "\",\"peer\":\"" + addresses.peer() + "\",\"raft\":\"" + addresses.raft()
                + "\"}\n";
        Path path = directory.resolve(NAME);
        DurableFiles.replace(path, text.getBytes(StandardCharsets.UTF_8));
        return new RunFile(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
