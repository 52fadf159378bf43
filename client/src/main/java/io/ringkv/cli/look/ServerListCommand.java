package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.rpc.ServerStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code server list}. */
@Command(
        name = "list",
        description = "Servers with their state, replicas, leaders and sizes.",
        footer = {"", "Example:", "  ringkv server list -o json"})
public final class ServerListCommand extends LookCommand {
    @Override
    int look(ClusterView view, Console console) {
        switch (console.format()) {
            case JSON -> {
                Map<String, @Nullable Object> document = Console.document();
                document.put(
                        "servers",
                        view.servers().stream()
                                .map(server -> describe(view, server))
                                .toList());
                console.document(document);
            }
            case JSONL -> view.servers().forEach(server -> console.jsonLine(describe(view, server)));
            case RAW -> {
                for (ServerStatus server : view.servers()) {
                    console.line(server.getServer().getLabel());
                }
            }
            case TABLE -> console.table(StatusCommand.servers(view, console));
        }
        return 0;
    }
}
