package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import picocli.CommandLine.Command;

/** {@code server list}. */
@Command(
        name = "list",
        description = "Servers with their state, replicas, leaders and sizes.",
        footer = {"", "Example:", "  ringkv server list -o json"})
public final class ServerListCommand extends LookCommand {
    @Override
    int look(ClusterView view, Console console) {
        list(
                console,
                "servers",
                view.servers(),
                Console.document(),
                server -> describe(view, server),
                server -> server.getServer().getLabel(),
                () -> StatusCommand.servers(view, console));
        return 0;
    }
}
