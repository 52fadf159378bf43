package io.ringkv.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} says what the code does. {@code -Dringkv.regenerate=true} writes it anew. */
class ErrorDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "errors.md");

    @Test
    void listsEveryCodeAsItIs() throws IOException {
        String expected = render();
        if (Boolean.getBoolean("ringkv.regenerate")) {
            Files.createDirectories(DOCUMENT.toAbsolutePath().normalize().getParent());
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/errors.md; write it anew with -Dringkv.regenerate=true")
                .isEqualTo(expected);
    }

    private static String render() {
        StringBuilder text = new StringBuilder("""
                # Errors

                Every error of RingKV has a code: a name for people and a number for programs. Names may be improved, numbers
                never change. The hundreds of a number are its family, and the family is what a caller decides by; so a client
                can act on codes younger than itself. A number outside every family counts as INTERNAL.

                Messages read `CODE: sentence. cause. what to do next.`

                *Applied* says what an attempt that was answered so may have changed. A code describes one attempt: a request as
                a whole is "not applied" only if every attempt was refused that way. The client library keeps count and answers
                OUTCOME_UNKNOWN where one attempt is in doubt.

                A failed gRPC call carries the code in its status details. Without it the status alone proves "not applied" only
                where it is INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION or ABORTED: gRPC itself never gives these. All
                others, UNAVAILABLE among them, it also gives for calls that broke on the way, whose outcome is in doubt.

                This file is made from `io.ringkv.common.error.ErrorCode`; a test keeps the two equal.

                ## Families

                | Family | Numbers | What the caller does | Applied | Exit code | gRPC status | HTTP |
                |---|---|---|---|---|---|---|
                """);
        for (ErrorFamily family : ErrorFamily.values()) {
            String numbers = family == ErrorFamily.OK ? "0" : family.firstNumber() + "–" + family.lastNumber();
            row(
                    text,
                    family,
                    numbers,
                    family.decision(),
                    family.effect().text(),
                    family.exitCode().value(),
                    family.grpcStatus(),
                    family.httpStatus());
        }
        for (ErrorFamily family : ErrorFamily.values()) {
            if (family != ErrorFamily.OK) {
                renderCodes(text, family);
            }
        }
        return text.toString();
    }

    private static void renderCodes(StringBuilder text, ErrorFamily family) {
        text.append("\n## ").append(family).append("\n\n");
        row(text, "Number", "Code", "Meaning", "What to do", "Applied", "Exit code", "gRPC status", "HTTP");
        text.append("|---|---|---|---|---|---|---|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            if (code.family() == family) {
                row(
                        text,
                        code.number(),
                        code,
                        code.meaning(),
                        code.advice(),
                        code.effect().text(),
                        code.exitCode().value(),
                        code.grpcStatus(),
                        code.httpStatus());
            }
        }
    }

    private static void row(StringBuilder text, Object... cells) {
        for (Object cell : cells) {
            text.append("| ").append(cell).append(' ');
        }
        text.append("|\n");
    }
}
