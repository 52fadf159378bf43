package io.ringkv.cli;

import io.ringkv.cli.output.JsonTree;
import io.ringkv.cli.output.OutputFormat;
import io.ringkv.cli.output.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command prints with: data to standard output in the form that was asked for, talk to standard error. Used by one
 * thread.
 */
public final class Console {
    /** Version of all JSON documents; within it fields are only ever added. */
    public static final String SCHEMA = "v1";

    private final OutputStream out;
    private final OutputStream err;
    private final OutputOptions options;
    private final boolean colored;

    Console(CliContext context, OutputOptions options) {
        this.out = context.out();
        this.err = context.err();
        this.options = options;
        this.colored = context.outTerminal()
                && !options.noColor()
                && context.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    public OutputFormat format() {
        return options.format();
    }

    public boolean json() {
        return format() == OutputFormat.JSON || format() == OutputFormat.JSONL;
    }

    /** Whether colours are shown. */
    public boolean colored() {
        return colored;
    }

    public boolean quiet() {
        return options.quiet();
    }

    public boolean verbose() {
        return options.verbose();
    }

    /** An object with the schema field, to be filled. */
    public static Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("schema", SCHEMA);
        return document;
    }

    /** Prints a JSON document: indented as JSON, on one line as JSON lines. */
    public void document(Map<String, @Nullable Object> document) {
        line(format() == OutputFormat.JSON ? JsonTree.pretty(document) : JsonTree.compact(document));
    }

    /** Prints one object of a stream on a line of its own. */
    public void jsonLine(Map<String, @Nullable Object> object) {
        line(JsonTree.compact(object));
    }

    /** Prints a table, titles first. */
    public void table(Table table) {
        table.lines().forEach(this::line);
    }

    /** Prints a line of data. */
    public void line(String text) {
        bytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Prints bytes as they are. */
    public void bytes(byte[] data) {
        write(out, data);
    }

    /** Says something to the person; not with {@code --quiet}. */
    public void say(String text) {
        if (!quiet()) {
            warn(text);
        }
    }

    /** Says something that must be heard. */
    public void warn(String text) {
        write(err, (text + "\n").getBytes(StandardCharsets.UTF_8));
        flush(err);
    }

    /** Draws on standard error, without a line end; not with {@code --quiet}. */
    public void draw(String text) {
        if (!quiet()) {
            write(err, text.getBytes(StandardCharsets.UTF_8));
            flush(err);
        }
    }

    /** Everything printed so far leaves the process. */
    public void flush() {
        flush(out);
    }

    public String green(String text) {
        return color("32", text);
    }

    public String yellow(String text) {
        return color("33", text);
    }

    public String red(String text) {
        return color("31", text);
    }

    public String bold(String text) {
        return color("1", text);
    }

    public String dim(String text) {
        return color("2", text);
    }

    private String color(String code, String text) {
        return colored ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static void write(OutputStream stream, byte[] data) {
        try {
            stream.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flush(OutputStream stream) {
        try {
            stream.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
