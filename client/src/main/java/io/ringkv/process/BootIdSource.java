package io.ringkv.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells runs of the host's operating system apart: what was written but not forced is lost only between two of them. */
@FunctionalInterface
public interface BootIdSource {
    /** A text that is the same as long as the operating system runs, and never again; empty when it cannot be known. */
    String bootId();

    /** The one of the Linux kernel; empty elsewhere. */
    static BootIdSource system() {
        Path source = Path.of("/proc/sys/kernel/random/boot_id");
        return () -> {
            try {
                return Files.readString(source).strip();
            } catch (IOException e) {
                return "";
            }
        };
    }
}
