package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that cannot be written or forced ends the process. Feared: the force is tried again, succeeds because the kernel has
 * dropped what it could not write, and an entry is acknowledged that is on no disk.
 *
 * <p>That Ratis itself writes nothing after the first failure is in its sources ({@code SegmentedRaftLogWorker#run}: {@code
 * logIOException}); what it says to the state machine then is said here.
 */
final class LogFailureIT {
    @TempDir
    private Path root;

    @Test
    void endsTheProcessWithANamedReason() {
        try (Hosts hosts = new Hosts(root)) {
            hosts.startAll(1);
            hosts.create(1, 1);
            hosts.put(1, "a", "1");
            HostedReplica replica = (HostedReplica) Objects.requireNonNull(hosts.replica(1, 1));

            Objects.requireNonNull(replica.machine())
                    .notifyLogFailed(new IOException("force: Input/output error"), null);

            assertThat(hosts.incidents).containsExactly("the log of shard 1 cannot be written");
            assertThat(ErrorCode.DISK_FAILED.exitCode().value()).isEqualTo(74);
        }
    }
}
