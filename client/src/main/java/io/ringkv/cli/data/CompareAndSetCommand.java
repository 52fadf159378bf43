package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.client.Bytes;
import io.ringkv.client.CompareAndSetResult;
import io.ringkv.client.Expectation;
import io.ringkv.client.KeyValue;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cas KEY NEW --expect OLD}. */
@Command(
        name = "cas",
        description = "Set or delete a key only if it is as expected at that moment. Exit code 4 when it is not.",
        footer = {
            "",
            "Examples:",
            "  ringkv cas owner me --if-absent",
            "  ringkv cas owner me --expect you",
            "  ringkv cas owner --delete --expect-revision 17"
        })
public final class CompareAndSetCommand extends WriteCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NEW", description = "The new value; - reads standard input.")
    private @Nullable String value;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Take the new value from this file.")
    private @Nullable Path file;

    @Option(names = "--delete", description = "Delete the key instead of setting it.")
    private boolean delete;

    @ArgGroup(multiplicity = "1")
    private Condition condition = new Condition();

    /** Exactly one of three. */
    private static final class Condition {
        @Option(names = "--expect", paramLabel = "OLD", description = "The key has this value.")
        private @Nullable String expected;

        @Option(names = "--expect-revision", paramLabel = "N", description = "The key was last changed at revision N.")
        private @Nullable Long revision;

        @Option(names = "--if-absent", description = "The key does not exist.")
        @SuppressWarnings("unused") // it is the condition when neither of the others is given
        private boolean absent;

        private Expectation expectation(ByteArguments arguments) {
            if (expected != null) {
                return Expectation.value(arguments.bytes(expected));
            }
            if (revision == null) {
                return Expectation.absent();
            }
            if (revision < 1) {
                throw new RingKvException(
                        ErrorCode.INVALID_ARGUMENT, "--expect-revision " + revision + " is below 1, which no key has");
            }
            return Expectation.revision(revision);
        }
    }

    @Override
    int write(RingKvClient client, Console console) {
        Bytes keyBytes = arguments().bytes(key);
        Expectation expectation = condition.expectation(arguments());
        CompareAndSetResult result = delete
                ? client.blocking().compareAndDelete(keyBytes, expectation, writeOptions())
                : client.blocking()
                        .compareAndSet(
                                keyBytes,
                                expectation,
                                arguments().value(value, file, context().in()),
                                writeOptions());
        if (console.json()) {
            console.document(describe(keyBytes, result));
        } else if (result.applied()) {
            console.line(console.verbose() ? "OK  revision " + result.revision() : "OK");
        } else {
            console.warn(refusal(result));
        }
        return result.applied() ? 0 : ExitCode.CONDITION_FAILED.value();
    }

    private static Map<String, @Nullable Object> describe(Bytes key, CompareAndSetResult result) {
        Map<String, @Nullable Object> document = Console.document();
        ByteText.putKey(document, key);
        document.put("applied", result.applied());
        document.put("revision", result.revision());
        result.refusal().ifPresent(code -> document.put("refusal", code.name()));
        result.current().map(KeyValue::value).ifPresent(current -> ByteText.putValue(document, current));
        return document;
    }

    private static String refusal(CompareAndSetResult result) {
        ErrorCode code = result.refusal().orElse(ErrorCode.CONDITION_FAILED);
        String present = result.revision() == 0
                ? "The key does not exist."
                : "The key is at revision " + result.revision()
                        + result.current()
                                .map(current -> " with value \"" + ByteText.visible(current.value()) + "\"")
                                .orElse("")
                        + ".";
        return code.name() + ": " + code.meaning() + " " + present + " " + code.advice();
    }
}
