package io.ringkv.testing.lab.nemesis;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.RemoveServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A new server joins; later it is drained and removed for ever. */
final class Guest implements Harm {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ProcessCluster cluster;
    private final Members members;
    private final String server;
    private final BooleanSupplier ended;

    Guest(ProcessCluster cluster, Members members, int number, BooleanSupplier ended) {
        this.cluster = cluster;
        this.members = members;
        this.server = "s" + number;
        this.ended = ended;
    }

    @Override
    public List<String> words() {
        return List.of("join", server);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        cluster.command(List.of("start", server));
    }

    /** After the load it may stay: there is nothing more to see. */
    @Override
    public void undo() throws IOException, InterruptedException {
        if (ended.getAsBoolean()) {
            return;
        }
        members.change(ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server).setOn(true))
                .build());
        if (members.await(() -> members.isEmpty(server), PATIENCE, ended)) {
            members.change(ChangeRequest.newBuilder()
                    .setRemoveServer(RemoveServer.newBuilder().setServer(server))
                    .build());
        }
    }
}
