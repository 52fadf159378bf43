package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ways to damage a file of a server that does not run. */
enum Damage {
    /** One bit is another. */
    FLIP {
        @Override
        String apply(Path file, SplittableRandom random) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long at = random.nextLong(Math.max(1, written(file)));
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, at);
                int bit = random.nextInt(8);
                one.put(0, (byte) (one.get(0) ^ (1 << bit))).flip();
                channel.write(one, at);
                channel.force(true);
                return "bit " + bit + " of byte " + at;
            }
        }
    },
    /** The end is missing. */
    CUT {
        @Override
        String apply(Path file, SplittableRandom random) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long length = random.nextLong(Math.max(1, written(file)));
                channel.truncate(length);
                channel.force(true);
                return "after byte " + length;
            }
        }
    },
    /** The file is gone. */
    DELETE {
        @Override
        String apply(Path file, SplittableRandom random) throws IOException {
            Files.delete(file);
            return "whole";
        }
    };

    /** What a process writes to know itself while it runs, and makes anew. */
    private static final Set<String> WITHOUT_MEANING = Set.of("lock", "in_use.lock", "run.json");

    /** Damages a file somewhere; says where. */
    abstract String apply(Path file, SplittableRandom random) throws IOException;

    static Damage named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Chooses a file below a directory: first among the kinds of files that there are, then among those of the kind. Files
     * are of the same kind if their paths differ in numbers and identifiers only. Null if there is none.
     */
    static @Nullable Path choose(Path directory, SplittableRandom random) throws IOException {
        Map<String, List<Path>> kinds = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String path = directory.relativize(file).toString();
                if (Files.size(file) > 0
                        && !path.startsWith("quarantine")
                        && !WITHOUT_MEANING.contains(String.valueOf(file.getFileName()))) {
                    kinds.computeIfAbsent(kind(path), kind -> new ArrayList<>()).add(file);
                }
            }
        }
        if (kinds.isEmpty()) {
            return null;
        }
        List<List<Path>> groups = List.copyOf(kinds.values());
        List<Path> group = groups.get(random.nextInt(groups.size()));
        return group.get(random.nextInt(group.size()));
    }

    /** The path without what tells files of the same kind apart. */
    static String kind(String path) {
        return path.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "*")
                .replaceAll("[0-9a-f]{16,}", "*")
                .replaceAll("[0-9]+", "#");
    }

    /** Length without the zeros at the end, which are room that a log has taken and not used. */
    private static long written(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return length;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
