package io.ringkv.cli;

import io.ringkv.client.RingKvClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One run of the command line with everything it printed.
 *
 * @param exitCode what the process would have ended with
 * @param outBytes standard output
 * @param err standard error
 */
public record CommandRun(int exitCode, byte[] outBytes, String err) {
    public String out() {
        return new String(outBytes, StandardCharsets.UTF_8);
    }

    public static CommandRun of(RingKvClient client, String... arguments) {
        return withInput(client, "", arguments);
    }

    public static CommandRun withInput(RingKvClient client, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CliContext context = new CliContext(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                Map.of(),
                false,
                false,
                options -> client,
                false);
        int exitCode = Main.commandLine(context).execute(arguments);
        return new CommandRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }
}
