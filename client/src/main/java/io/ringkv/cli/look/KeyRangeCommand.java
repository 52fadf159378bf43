package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ShardStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keyrange}. */
@Command(
        name = "keyrange",
        description = "The ring: which token range belongs to which shard, its leader and its replicas.",
        footer = {
            "",
            "Examples:",
            "  ringkv keyrange",
            "  ringkv keyrange -o raw        # tab-separated, without titles",
            "  ringkv keyrange --at 12       # in the past"
        })
public final class KeyRangeCommand extends LookCommand {
    @Option(
            names = "--at",
            paramLabel = "EPOCH",
            description = "As it was at this ring epoch; who led is not kept. See ringkv ring history.")
    private long at;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        return at == 0
                ? super.run(client, console)
                : look(new ClusterView(RingAt.status(RingAt.ask(client, at, timeout()))), console);
    }

    @Override
    int look(ClusterView view, Console console) {
        List<ShardStatus> arcs = view.shards().stream()
                .sorted(Comparator.comparing(
                        (ShardStatus shard) -> ClusterView.range(shard).endInclusive()))
                .toList();
        Map<String, @Nullable Object> document = Console.document();
        document.put("ringEpoch", view.status().getRingEpoch());
        list(
                console,
                "ranges",
                arcs,
                document,
                shard -> describe(view, shard),
                shard -> raw(view, shard),
                () -> table(view, arcs));
        return 0;
    }

    private static String raw(ClusterView view, ShardStatus shard) {
        return String.join(
                "\t",
                ClusterView.range(shard).startExclusive().toString(),
                ClusterView.range(shard).endInclusive().toString(),
                Integer.toString(shard.getRecord().getShard()),
                view.leader(shard),
                view.replicas(shard));
    }

    private static Table table(ClusterView view, List<ShardStatus> arcs) {
        Table table = new Table("FROM (EXCLUSIVE)", "TO (INCLUSIVE)", "OF RING", "SHARD", "LEADER", "REPLICAS");
        for (ShardStatus shard : arcs) {
            table.row(
                    ClusterView.range(shard).startExclusive(),
                    ClusterView.range(shard).endInclusive(),
                    String.format(
                            Locale.ROOT, "%.1f %%", ClusterView.range(shard).fraction() * 100),
                    shard.getRecord().getShard(),
                    view.leader(shard),
                    view.replicas(shard));
        }
        return table;
    }
}
