package io.ringkv.cli;

import io.ringkv.common.error.RingKvException;
import java.util.concurrent.CompletableFuture;

/** A server or manager that runs in this process. */
public interface RunningProcess {
    /** One line for people about what runs and where it listens. */
    String description();

    /** Completes with the reason when it cannot go on: the process then ends with the exit code of that reason. */
    CompletableFuture<RingKvException> failure();

    /** Stops in good order: hands over what it leads, then closes. Bounded in time. */
    void close();
}
