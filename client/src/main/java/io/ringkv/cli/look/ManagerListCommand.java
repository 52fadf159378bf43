package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.common.id.ManagerId;
import io.ringkv.rpc.ManagerStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code manager list}. */
@Command(
        name = "list",
        description = {
            "Members of the manager group and those that stand by. A standby takes the place",
            "of a member that is DOWN by itself."
        },
        footer = {"", "Example:", "  ringkv manager list -o json"})
public final class ManagerListCommand extends LookCommand {

    @Override
    int look(ClusterView view, Console console) {
        Map<String, @Nullable Object> document = Console.document();
        document.put("wanted", view.status().getManagersWanted());
        document.put(
                "lossesSurvived",
                view.status().hasManagerLossesSurvived() ? view.status().getManagerLossesSurvived() : null);
        document.put(
                "change",
                view.status().getManagerChange().isEmpty()
                        ? null
                        : view.status().getManagerChange());
        list(
                console,
                "managers",
                view.managers(),
                document,
                ManagerListCommand::describe,
                manager -> manager.getManager().getLabel(),
                () -> table(view, console));
        if (!view.status().getManagerChange().isEmpty()) {
            console.say("Under way: " + view.status().getManagerChange());
        }
        return 0;
    }

    private static Map<String, @Nullable Object> describe(ManagerStatus manager) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", new ManagerId(manager.getManager().getManagerId()).toString());
        object.put("label", manager.getManager().getLabel());
        object.put("role", role(manager));
        object.put("reachable", manager.getReachable());
        object.put("clientAddress", manager.getManager().getClientAddress());
        object.put("peerAddress", manager.getManager().getPeerAddress());
        object.put("raftAddress", manager.getManager().getRaftAddress());
        return object;
    }

    private static String role(ManagerStatus manager) {
        if (manager.getStandby()) {
            return "STANDBY";
        }
        return manager.getLeader() ? "LEADER" : "MEMBER";
    }

    private static Table table(ClusterView view, Console console) {
        Table table = new Table("MANAGER", "ROLE", "STATE", "ADDRESS", "ID");
        view.managers()
                .forEach(manager -> table.row(
                        manager.getManager().getLabel(),
                        role(manager),
                        state(manager, console),
                        manager.getManager().getClientAddress(),
                        new ManagerId(manager.getManager().getManagerId()).toString()));
        return table;
    }

    private static String state(ManagerStatus manager, Console console) {
        if (manager.getReachable() || manager.getLeader()) {
            return console.green("reachable");
        }
        return manager.getDown() ? console.red("DOWN") : console.yellow("silent");
    }
}
