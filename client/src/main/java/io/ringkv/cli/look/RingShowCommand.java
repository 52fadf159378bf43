package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.OutputFormat;
import io.ringkv.cli.ring.RingPicture;
import io.ringkv.cli.ring.RingSvg;
import io.ringkv.cli.ring.RingText;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code ring show}. */
@Command(
        name = "show",
        description = {
            "Draw the ring: who leads which part of it, and where its replicas are.",
            "With -o svg as a picture: arcs coloured by leader, a ring for each server."
        },
        footer = {"", "Examples:", "  ringkv ring show", "  ringkv ring show -o svg > ring.svg"})
public final class RingShowCommand extends LookCommand {

    private static final String TRANSFER = "TRANSFER_LEADER";

    @Override
    protected boolean canDraw() {
        return true;
    }

    @Override
    int look(ClusterView view, Console console) {
        RingPicture picture = picture(view);
        if (console.format() == OutputFormat.SVG) {
            console.bytes(RingSvg.draw(picture).getBytes(StandardCharsets.UTF_8));
        } else if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("ringEpoch", view.status().getRingEpoch());
            document.put(
                    "servers",
                    view.servers().stream()
                            .map(server -> describe(view, server))
                            .toList());
            document.put(
                    "shards",
                    view.shards().stream().map(shard -> describe(view, shard)).toList());
            console.document(document);
        } else {
            RingText.draw(picture, console.colored()).forEach(console::line);
        }
        return 0;
    }

    static RingPicture picture(ClusterView view) {
        Map<Long, Integer> places = new HashMap<>();
        List<RingPicture.Server> servers = new ArrayList<>();
        for (ServerStatus server : view.servers()) {
            places.put(server.getServer().getServerId(), servers.size());
            servers.add(server(view, server));
        }
        List<RingPicture.Arc> arcs = new ArrayList<>();
        for (ShardStatus shard : view.shards()) {
            arcs.add(arc(shard, places));
        }
        arcs.sort(Comparator.comparing(arc -> arc.range().endInclusive()));
        boolean isHealthy = view.problems().isEmpty();
        List<String> title = List.of(
                "ring epoch " + view.status().getRingEpoch(),
                arcs.size() + " shards, " + view.status().getReplicationFactor() + " replicas each",
                isHealthy ? "healthy" : "not healthy");
        List<RingPicture.Move> moves = view.status().getOperationsList().stream()
                .filter(operation ->
                        operation.getTarget() != 0 && !operation.getKind().equals(TRANSFER))
                .map(operation -> new RingPicture.Move(
                        operation.getShard(),
                        places.getOrDefault(operation.getSource(), -1),
                        places.getOrDefault(operation.getTarget(), -1)))
                .toList();
        return new RingPicture(title, servers, arcs, moves, isHealthy);
    }

    private static RingPicture.Server server(ClusterView view, ServerStatus server) {
        long id = server.getServer().getServerId();
        String zone = server.getServer().getZone();
        String state = ClusterView.state(server.getServer().getState());
        int replicas = (int) view.shards().stream()
                .filter(shard ->
                        shard.getRecord().getReplicasList().stream().anyMatch(replica -> replica.getServerId() == id))
                .count();
        return new RingPicture.Server(
                server.getServer().getLabel(),
                zone.isEmpty() ? state : state + ", zone " + zone,
                ShardMapMessages.fromMessage(server.getServer().getState()) == ServerState.ACTIVE,
                replicas,
                view.leaders(server),
                server.getDataBytes());
    }

    private static RingPicture.Arc arc(ShardStatus shard, Map<Long, Integer> places) {
        Map<Long, ReplicaStatus> reports = new HashMap<>();
        shard.getReplicasList().forEach(replica -> reports.put(replica.getServerId(), replica));
        List<RingPicture.Copy> copies = shard.getRecord().getReplicasList().stream()
                .filter(replica -> places.containsKey(replica.getServerId()))
                .map(replica -> new RingPicture.Copy(
                        places.getOrDefault(replica.getServerId(), -1), isWell(reports.get(replica.getServerId()))))
                .toList();
        return new RingPicture.Arc(
                shard.getRecord().getShard(),
                ClusterView.range(shard),
                places.getOrDefault(shard.getLeader(), -1),
                copies,
                shard.getKeys(),
                shard.getDataBytes());
    }

    /** Without a report nothing is known against it. */
    private static boolean isWell(@Nullable ReplicaStatus report) {
        return report == null || (report.getReported() && report.getFailure().isEmpty() && report.getCaughtUp());
    }
}
