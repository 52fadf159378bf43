package io.ringkv.cli;

import io.ringkv.common.BuildVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Prints the version of this software and of the Java it runs on. */
@Command(
        name = "version",
        description = "Print the version.",
        footer = {"", "Example:", "  ringkv version -o json"})
final class VersionCommand extends RingKvTask {

    @Override
    protected int run(Console console) {
        switch (console.format()) {
            case JSON, JSONL -> {
                Map<String, @Nullable Object> document = Console.document();
                document.put("version", BuildVersion.current());
                document.put("java", Runtime.version().toString());
                console.document(document);
            }
            case RAW -> console.line(BuildVersion.current());
            case TABLE, SVG -> console.line(text());
        }
        return 0;
    }

    private static String text() {
        return "ringkv " + BuildVersion.current() + " (Java " + Runtime.version() + ")";
    }

    /** The same text for {@code --version}. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {text()};
        }
    }
}
