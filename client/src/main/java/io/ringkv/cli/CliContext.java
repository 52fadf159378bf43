package io.ringkv.cli;

import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The world around a command: streams, environment, and how a client is made. One per command line; tests and the prompt
 * of {@code dev} give their own.
 *
 * @param in standard input
 * @param out standard output: data, byte for byte
 * @param err standard error: talk
 * @param environment environment variables
 * @param outTerminal whether standard output is a terminal
 * @param errTerminal whether standard error is a terminal: only then progress is drawn
 * @param connector makes the client of a command
 * @param keepClient the client belongs to the context, so that commands leave it open
 */
public record CliContext(
        InputStream in,
        OutputStream out,
        OutputStream err,
        Map<String, String> environment,
        boolean outTerminal,
        boolean errTerminal,
        Function<ClientOptions, RingKvClient> connector,
        boolean keepClient) {
    public CliContext {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
        environment = Map.copyOf(environment);
    }

    /** The process as it is. Java cannot ask which streams are terminals: the launcher does, and tells. */
    public static CliContext ofProcess() {
        Map<String, String> environment = System.getenv();
        return new CliContext(
                System.in,
                System.out,
                System.err,
                environment,
                "1".equals(environment.get("RINGKV_OUT_TERMINAL")),
                "1".equals(environment.get("RINGKV_ERR_TERMINAL")),
                RingKvClient::connect,
                false);
    }

    /** The same with a client of its own that all commands share. */
    public CliContext withClient(RingKvClient client) {
        return new CliContext(in, out, err, environment, outTerminal, errTerminal, options -> client, true);
    }
}
