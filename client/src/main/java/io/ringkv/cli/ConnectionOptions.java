package io.ringkv.cli;

import io.ringkv.client.ClientOptions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches the cluster. */
public final class ConnectionOptions {
    static final String ENDPOINTS_VARIABLE = "RINGKV_ENDPOINTS";

    @Option(
            names = "--endpoints",
            order = HelpLayout.ORDER_CONNECTION,
            paramLabel = "HOST:PORT,...",
            description = "Any servers or managers of the cluster; one that lives is enough. Default: "
                    + ENDPOINTS_VARIABLE + ", else ports 7400, 7410, 7420 of this machine.")
    private String endpoints = "";

    @Option(
            names = "--timeout",
            order = HelpLayout.ORDER_CONNECTION,
            paramLabel = "TIME",
            description =
                    "How long one operation may take, such as 500ms, 5s, 2m. Default: 5s, and more for what waits or"
                            + " moves much.")
    private @Nullable Duration timeout;

    /** Endpoints: flag, else environment, else the defaults. */
    String endpoints(Map<String, String> environment) {
        if (!endpoints.isBlank()) {
            return endpoints;
        }
        String variable = environment.getOrDefault(ENDPOINTS_VARIABLE, "");
        return variable.isBlank() ? ClientOptions.DEFAULT_ENDPOINTS : variable;
    }

    /** The time limit, or the given default when none was said. */
    public Duration timeout(Duration otherwise) {
        return timeout == null ? otherwise : timeout;
    }
}
