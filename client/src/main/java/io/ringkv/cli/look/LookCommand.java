package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Base of commands that show the status of the cluster, or a part of it. */
abstract class LookCommand extends ClientCommand {
    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        return look(new ClusterView(client.blocking().status(readOptions())), console);
    }

    final ReadOptions readOptions() {
        return ReadOptions.defaults().withTimeout(timeout());
    }

    abstract int look(ClusterView view, Console console);

    /**
     * Shows a list in the format that is asked for.
     *
     * @param plural what the elements are called in a JSON document
     * @param document what a JSON document says besides
     * @param raw an element in one line for programs
     */
    static <T> void list(
            Console console,
            String plural,
            List<T> elements,
            Map<String, @Nullable Object> document,
            Function<T, Map<String, @Nullable Object>> describe,
            Function<T, String> raw,
            Supplier<Table> table) {
        switch (console.format()) {
            case JSON -> {
                document.put(plural, elements.stream().map(describe).toList());
                console.document(document);
            }
            case JSONL -> elements.forEach(element -> console.jsonLine(describe.apply(element)));
            case RAW -> elements.forEach(element -> console.line(raw.apply(element)));
            case TABLE, SVG -> console.table(table.get());
        }
    }

    static Map<String, @Nullable Object> describe(ClusterView view, ServerStatus server) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", new ServerId(server.getServer().getServerId()).toString());
        object.put("label", server.getServer().getLabel());
        object.put("state", ClusterView.state(server.getServer().getState()));
        object.put("clientAddress", server.getServer().getClientAddress());
        object.put("peerAddress", server.getServer().getPeerAddress());
        object.put("raftAddress", server.getServer().getRaftAddress());
        object.put("zone", server.getServer().getZone());
        object.put("draining", server.getDraining());
        object.put(
                "maintenanceLeftMillis", server.hasMaintenanceLeftMillis() ? server.getMaintenanceLeftMillis() : null);
        object.put("heartbeatAgeMillis", server.hasHeartbeatAgeMillis() ? server.getHeartbeatAgeMillis() : null);
        object.put("replicas", server.getReplicas());
        object.put("leaders", view.leaders(server));
        object.put("keys", server.getKeys());
        object.put("dataBytes", server.getDataBytes());
        object.put("diskFreeBytes", server.getDiskFreeBytes());
        object.put("diskTotalBytes", server.getDiskTotalBytes());
        object.put("readOnly", server.getReadOnly());
        object.put("version", server.getVersion());
        return object;
    }

    static Map<String, @Nullable Object> describe(ClusterView view, ShardStatus shard) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("shard", shard.getRecord().getShard());
        object.put("start", ClusterView.range(shard).startExclusive().toString());
        object.put("end", ClusterView.range(shard).endInclusive().toString());
        object.put("leader", ClusterView.isLed(shard) ? view.leader(shard) : null);
        object.put("replicas", view.replicaLabels(shard));
        object.put("healthyReplicas", shard.getHealthyReplicas());
        object.put("catchingUp", view.catchingUp(shard));
        object.put("term", shard.getTerm());
        object.put("incarnation", shard.getRecord().getIncarnation());
        object.put("rangeEpoch", shard.getRecord().getRangeEpoch());
        object.put("replicaEpoch", shard.getRecord().getReplicaEpoch());
        object.put("revision", shard.getRevision());
        object.put("keys", shard.getKeys());
        object.put("dataBytes", shard.getDataBytes());
        return object;
    }
}
