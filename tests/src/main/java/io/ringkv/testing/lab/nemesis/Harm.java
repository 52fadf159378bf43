package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.util.List;

/** A fault for which it is known whom it meets. Used by one thread. */
interface Harm {
    /** How and whom, in single words. */
    List<String> words();

    /** Does it. */
    void inflict() throws IOException, InterruptedException;

    /** Undoes it. */
    void undo() throws IOException, InterruptedException;
}
