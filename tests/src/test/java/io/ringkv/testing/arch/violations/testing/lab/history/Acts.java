package io.ringkv.testing.arch.violations.testing.lab.history;

import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Breaks a rule on purpose: pure packages neither read clocks nor act. */
public final class Acts {
    long monotonicTime() {
        return System.nanoTime();
    }

    void thread() {
        new Thread(() -> {}).start();
    }

    ExecutorService executor() {
        return Executors.newSingleThreadExecutor();
    }

    InputStream file(Path path) throws IOException {
        return Files.newInputStream(path);
    }

    Status transport() {
        return Status.OK;
    }
}
