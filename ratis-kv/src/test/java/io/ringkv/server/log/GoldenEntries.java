package io.ringkv.server.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Entries as earlier builds wrote them, with what apply made of them. The file is only ever appended to: a changed line
 * would mean that a replica of this release differs from one of another.
 *
 * <p>Form: {@code # comment}, {@code entry NAME HEX}, then one {@code outcome ...} per operation; at the end {@code digest}.
 */
public final class GoldenEntries {

    private GoldenEntries() {}

    /**
     * One golden entry.
     *
     * @param name what it shows
     * @param bytes the entry
     * @param outcomes what its operations came to, as text
     */
    public record Golden(String name, byte[] bytes, List<String> outcomes) {}

    /** The entries of a level, in log order. */
    public static List<Golden> ofLevel(int level) throws IOException {
        List<Golden> entries = new ArrayList<>();
        for (String line : lines(level)) {
            if (line.startsWith("entry ")) {
                int nameEnd = line.lastIndexOf(' ');
                String name = line.substring("entry ".length(), nameEnd);
                byte[] bytes = HexFormat.of().parseHex(line.substring(nameEnd + 1));
                entries.add(new Golden(name, bytes, new ArrayList<>()));
            } else if (line.startsWith("outcome ")) {
                entries.get(entries.size() - 1).outcomes().add(line.substring("outcome ".length()));
            }
        }
        return entries;
    }

    /** Digest of the state after the last entry. */
    public static String digestOfLevel(int level) throws IOException {
        return lines(level).stream()
                .filter(line -> line.startsWith("digest "))
                .map(line -> line.substring("digest ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> lines(int level) throws IOException {
        String name = "golden-level-" + level + ".txt";
        try (InputStream in = GoldenEntries.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
