package io.ringkv.testing.lab.file;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.history.History;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes history files. Threading: stateless. */
public final class HistoryFiles {
    private static final int LOOK_AHEAD = 8192;

    private HistoryFiles() {}

    /**
     * Reads a history, whatever its format.
     *
     * @throws RingKvException INPUT_MALFORMED, naming file and line
     * @throws IOException if the file cannot be read
     */
    public static History read(Path file, Dialect dialect) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            return read(in, file.toString(), dialect);
        }
    }

    /**
     * Reads a history, whatever its format.
     *
     * @param name of the input, for messages
     * @throws RingKvException INPUT_MALFORMED, naming the line
     */
    static History read(BufferedReader in, String name, Dialect dialect) throws IOException {
        HistorySource source = null;
        try {
            source = source(in);
            EventReader events = new EventReader(dialect);
            for (RawEvent raw = source.next(); raw != null; raw = source.next()) {
                events.add(raw);
            }
            return events.history();
        } catch (IOException | IllegalArgumentException e) {
            if (e instanceof java.nio.file.FileSystemException) {
                throw e;
            }
            String reason = e instanceof CharacterCodingException ? "it is not UTF-8" : String.valueOf(e.getMessage());
            throw RingKvException.builder(ErrorCode.INPUT_MALFORMED)
                    .sentence(name + ", line " + (source == null ? 1 : source.line()) + ": " + reason)
                    .advice("A history is Jepsen's EDN or JSON lines; for Jepsen's sets and counters say --workload.")
                    .build();
        }
    }

    /** JSON objects begin with a quote, EDN maps with a colon. */
    private static HistorySource source(BufferedReader in) throws IOException {
        in.mark(LOOK_AHEAD);
        boolean json = isJson(in);
        in.reset();
        return json ? new JsonHistory(in) : new EdnHistory(in);
    }

    private static boolean isJson(Reader in) throws IOException {
        boolean brace = false;
        for (int i = 0; i < LOOK_AHEAD - 1; i++) {
            int c = in.read();
            if (c == '{') {
                brace = true;
            } else if (!Character.isWhitespace(c)) {
                return brace && c == '"';
            }
        }
        return false;
    }

    /** Writes a history as Jepsen would: one map per line. */
    public static void writeEdn(History history, Path file) throws IOException {
        write(history, file, EdnLines::line);
    }

    /** Writes a history as JSON lines. */
    public static void writeJsonLines(History history, Path file) throws IOException {
        write(history, file, JsonLines::line);
    }

    private static void write(History history, Path file, LineFormat format) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            EventOrder events = new EventOrder(history);
            for (EventOrder.Line line = events.next(); line != null; line = events.next()) {
                out.write(format.line(line));
                out.write('\n');
            }
        }
    }

    /** Renders one event. */
    interface LineFormat {
        /** One line, without its end. */
        String line(EventOrder.Line event);
    }
}
