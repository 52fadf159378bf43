package io.ringkv.cli;

import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.BuildVersion;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/** Base of commands that talk to a cluster: finds it, opens a client, closes it again. */
public abstract class ClientCommand extends RingKvTask {
    /** Time limit of an operation unless said otherwise. */
    protected static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    @Mixin
    private final ConnectionOptions connectionOptions = new ConnectionOptions();

    @Override
    protected final int run(Console console) throws Exception {
        RingKvClient client = context().connector().apply(clientOptions().build());
        if (context().keepClient()) {
            return run(client, console);
        }
        try (client) {
            return run(client, console);
        }
    }

    /** Does the work with an open client. */
    protected abstract int run(RingKvClient client, Console console) throws Exception;

    /** Time limit of one operation. */
    protected final Duration timeout() {
        return connectionOptions.timeout(defaultTimeout());
    }

    /** Time limit when none is given. */
    protected Duration defaultTimeout() {
        return DEFAULT_TIMEOUT;
    }

    /** Options of the client: one-shot sessions, since a command writes little and ends. */
    protected ClientOptions.Builder clientOptions() {
        return ClientOptions.builder()
                .endpoints(connectionOptions.endpoints(context().environment()))
                .software("ringkv-cli " + BuildVersion.current())
                .oneShot(true);
    }
}
