package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.util.List;

/** A disk is full for some time. A process whose log cannot be written ends; it is started again when room is back. */
final class DiskFull implements Harm {
    private final ProcessCluster cluster;
    private final String member;
    private final String percent;

    DiskFull(ProcessCluster cluster, String member, String percent) {
        this.cluster = cluster;
        this.member = member;
        this.percent = percent;
    }

    @Override
    public List<String> words() {
        return List.of(percent, member);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        cluster.command(List.of("fill", percent, member));
    }

    @Override
    public void undo() throws IOException, InterruptedException {
        cluster.command(List.of("free", member));
        cluster.command(List.of("start", member));
    }
}
