package io.ringkv.cli.steer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RecoverableReplica;
import io.ringkv.rpc.RecoveryQuestion;
import io.ringkv.rpc.ShardRecovery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code recover plan [N]}. */
@Command(
        name = "plan",
        description = {
            "What is left of shards whose majority is lost for good, from which server each",
            "would go on, and exactly what would be lost. Changes nothing."
        },
        footer = {"", "Examples:", "  ringkv recover plan", "  ringkv recover plan 12"})
public final class RecoverPlanCommand extends ClientCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "Only this shard; all by default.")
    private int shard;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        Question question = Question.newBuilder()
                .setRecovery(RecoveryQuestion.newBuilder().setShard(Math.max(0, shard)))
                .build();
        List<ShardRecovery> shards =
                client.admin().ask(question, timeout()).get().getRecovery().getShardsList();
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put(
                    "shards", shards.stream().map(RecoverPlanCommand::describe).toList());
            console.document(document);
            return 0;
        }
        if (shards.isEmpty()) {
            console.line("No shard has lost its majority.");
        }
        shards.forEach(each -> print(each, console));
        return 0;
    }

    private static void print(ShardRecovery shard, Console console) {
        console.line(console.bold("Shard " + shard.getShard() + ", incarnation " + shard.getIncarnation()));
        Table table = new Table("SERVER", "STATE", "LOG ENDS AT", "TERM", "APPLIED", "KEYS", "USABLE");
        for (RecoverableReplica replica : shard.getReplicasList()) {
            table.row(
                    replica.getServer(),
                    replica.getState(),
                    orUnknown(replica.getLastLogIndex()),
                    orUnknown(replica.getLastLogTerm()),
                    orUnknown(replica.getAppliedIndex()),
                    orUnknown(replica.getKeys()),
                    replica.getUsable() ? "yes" : "no: " + replica.getTrouble());
        }
        console.table(table);
        shard.getLossesList().forEach(console::line);
        if (shard.getRefusal().isEmpty()) {
            console.line("To do so: ringkv recover apply " + shard.getShard() + " --accept-loss");
        } else {
            console.line("It cannot be recovered now. " + shard.getRefusal());
        }
    }

    private static String orUnknown(long number) {
        return number == 0 ? "-" : Long.toString(number);
    }

    private static Map<String, @Nullable Object> describe(ShardRecovery shard) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("shard", shard.getShard());
        object.put("incarnation", shard.getIncarnation());
        object.put("survivor", shard.getSurvivor().isEmpty() ? null : shard.getSurvivor());
        object.put(
                "replicas",
                shard.getReplicasList().stream()
                        .map(RecoverPlanCommand::describe)
                        .toList());
        object.put("losses", shard.getLossesList());
        object.put("refusal", shard.getRefusal().isEmpty() ? null : shard.getRefusal());
        return object;
    }

    private static Map<String, @Nullable Object> describe(RecoverableReplica replica) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("server", replica.getServer());
        object.put("state", replica.getState());
        object.put("usable", replica.getUsable());
        object.put("trouble", replica.getTrouble());
        object.put("lastLogTerm", replica.getLastLogTerm());
        object.put("lastLogIndex", replica.getLastLogIndex());
        object.put("appliedIndex", replica.getAppliedIndex());
        object.put("keys", replica.getKeys());
        return object;
    }
}
