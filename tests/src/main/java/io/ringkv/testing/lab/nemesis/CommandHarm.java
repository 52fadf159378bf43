package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.util.List;

/**
 * A fault that one command of {@code scripts/cluster} makes, and another undoes. Immutable.
 *
 * @param words how and whom
 * @param inflicting command that makes it
 * @param reverting command that undoes it
 */
record CommandHarm(ProcessCluster cluster, List<String> words, List<String> inflicting, List<String> reverting)
        implements Harm {
    CommandHarm {
        words = List.copyOf(words);
        inflicting = List.copyOf(inflicting);
        reverting = List.copyOf(reverting);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        cluster.command(inflicting);
    }

    @Override
    public void undo() throws IOException, InterruptedException {
        cluster.command(reverting);
    }
}
