package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A file of a server is damaged while it does not run. It must be repaired from the others, or the server must refuse to
 * start; then it is removed and joins with nothing.
 */
final class Corruption implements Harm {
    private static final String REFUSED_AFTER_SECONDS = "40";

    private final ProcessCluster cluster;
    private final Rejoin rejoin;
    private final String server;
    private final Fault fault;
    private boolean started = true;

    Corruption(ProcessCluster cluster, Rejoin rejoin, String server, Fault fault) {
        this.cluster = cluster;
        this.rejoin = rejoin;
        this.server = server;
        this.fault = fault;
    }

    @Override
    public List<String> words() {
        return List.of(fault.variant(), server);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        cluster.command(List.of("kill", server));
        Path data = cluster.data(server);
        SplittableRandom random = new SplittableRandom(fault.choice());
        Path file = Damage.choose(data, random);
        String where = file == null ? "no file" : Damage.named(fault.variant()).apply(file, random);
        cluster.note("damaged on " + server + ": " + fault.variant() + " " + where + " of "
                + (file == null ? data : data.relativize(file)));
        started = cluster.tryCommand(List.of("start", server, "--timeout", REFUSED_AFTER_SECONDS));
    }

    @Override
    public void undo() throws IOException, InterruptedException {
        if (started) {
            rejoin.awaitWhole();
            return;
        }
        cluster.note(server + " refuses to start with the damaged file; it is removed and joins with nothing");
        cluster.tryCommand(List.of("kill", server));
        cluster.command(List.of("wipe", server));
        rejoin.perform(server);
    }
}
