package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.util.List;

/**
 * A server loses its data and starts under its old name and address. It has forgotten what it has voted for, so it must
 * not be taken for its former self. When that has been removed, it joins as a new one.
 */
final class Wipe implements Harm {
    private static final String REFUSED_AFTER_SECONDS = "8";

    private final ProcessCluster cluster;
    private final Rejoin rejoin;
    private final String server;

    Wipe(ProcessCluster cluster, Rejoin rejoin, String server) {
        this.cluster = cluster;
        this.rejoin = rejoin;
        this.server = server;
    }

    @Override
    public List<String> words() {
        return List.of(server);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        cluster.command(List.of("kill", server));
        cluster.command(List.of("wipe", server));
        cluster.tryCommand(List.of("start", server, "--timeout", REFUSED_AFTER_SECONDS));
    }

    @Override
    public void undo() throws IOException, InterruptedException {
        rejoin.perform(server);
    }
}
