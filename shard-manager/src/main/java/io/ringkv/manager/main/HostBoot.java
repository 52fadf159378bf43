package io.ringkv.manager.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which run of the host's operating system this is. */
final class HostBoot {

    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");

    private HostBoot() {}

    /** The same as long as the operating system runs, and never again; empty when it cannot be known. */
    static String id() {
        try {
            return Files.readString(LINUX).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
