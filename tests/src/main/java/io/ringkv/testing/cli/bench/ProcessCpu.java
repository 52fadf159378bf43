package io.ringkv.testing.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of the server processes of a cluster directory (see {@code scripts/cluster}), from the process files of Linux.
 * Empty, and so without figures, elsewhere.
 *
 * @param pids process ids of the servers
 */
record ProcessCpu(List<Long> pids) {
    /** Clock ticks per second in {@code /proc/PID/stat}: 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100.0;

    private static final int USER_TIME_FIELD = 11;
    private static final int SYSTEM_TIME_FIELD = 12;

    ProcessCpu {
        pids = List.copyOf(pids);
    }

    /** Nothing to measure. */
    static ProcessCpu none() {
        return new ProcessCpu(List.of());
    }

    /** The processes of servers (s1, s2, ..., or p1, p2, ... with several each) of a cluster directory. */
    static ProcessCpu ofServersIn(Path directory) throws IOException {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                Path pidFile = child.resolve("pid");
                if (String.valueOf(child.getFileName()).matches("[sp]\\d+") && Files.exists(pidFile)) {
                    String first = Files.readString(pidFile, StandardCharsets.UTF_8)
                            .strip()
                            .split(" ", 2)[0];
                    pids.add(Long.parseLong(first));
                }
            }
        }
        return new ProcessCpu(pids);
    }

    /** CPU seconds used so far by all processes together; those that are gone count nothing. */
    double seconds() {
        return pids.stream().mapToDouble(ProcessCpu::secondsOf).sum();
    }

    private static double secondsOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.UTF_8);
            // The command name may hold anything, so fields are counted from behind it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER_TIME_FIELD]) + Long.parseLong(fields[SYSTEM_TIME_FIELD]))
                    / TICKS_PER_SECOND;
        } catch (IOException gone) {
            return 0;
        }
    }
}
