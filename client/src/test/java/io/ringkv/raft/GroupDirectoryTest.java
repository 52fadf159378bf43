package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupDirectoryTest {
    @TempDir
    private Path storage;

    @Test
    void areMadeAtTheSameTimeWithoutDisturbingEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> made = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            GroupDirectory directory = GroupDirectory.of(storage, new GroupId(new UUID(1, i)));
            made.add(threads.submit(() -> {
                directory.makeFirst(List.of(new RaftMember(1, "localhost:1")));
                return null;
            }));
        }

        for (Future<?> each : made) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(storage.toFile().list()).hasSize(40).noneMatch(name -> name.startsWith("."));
    }
}
