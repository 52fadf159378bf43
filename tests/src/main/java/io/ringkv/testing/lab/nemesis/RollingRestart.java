package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One server after the other stops and starts again, each when the cluster is whole, as an operator would do it. */
final class RollingRestart implements Harm {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ProcessCluster cluster;
    private final Members members;
    private final BooleanSupplier ended;

    RollingRestart(ProcessCluster cluster, Members members, BooleanSupplier ended) {
        this.cluster = cluster;
        this.members = members;
        this.ended = ended;
    }

    @Override
    public List<String> words() {
        return members.servers();
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        for (String server : members.servers()) {
            if (ended.getAsBoolean()) {
                return;
            }
            cluster.command(List.of("stop", server));
            cluster.command(List.of("start", server));
            members.awaitWhole(PATIENCE, ended);
        }
    }

    @Override
    public void undo() {}
}
