package io.ringkv.testing.lab.nemesis;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.RemoveServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What an operator does with a server whose data is lost: removes it for ever, and starts it with nothing. */
final class Rejoin {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ProcessCluster cluster;
    private final Members members;
    private final BooleanSupplier ended;

    Rejoin(ProcessCluster cluster, Members members, BooleanSupplier ended) {
        this.cluster = cluster;
        this.members = members;
        this.ended = ended;
    }

    /** The server may run, refused by the others; its data is gone. */
    void perform(String server) throws IOException, InterruptedException {
        ChangeRequest removal = ChangeRequest.newBuilder()
                .setRemoveServer(RemoveServer.newBuilder().setServer(server).setForce(true))
                .build();
        // Refused until it counts as DOWN, and each of its shards has a healthy majority elsewhere.
        if (!members.await(() -> members.tryChange(removal), PATIENCE, () -> false)) {
            throw new IOException(
                    server + " has lost its data and could not be removed within " + PATIENCE.toSeconds() + " s");
        }
        cluster.command(List.of("start", server));
        awaitWhole();
    }

    /** What comes next must not meet a second server while the first one still lacks something. */
    void awaitWhole() throws IOException, InterruptedException {
        members.awaitWhole(PATIENCE, ended);
    }
}
