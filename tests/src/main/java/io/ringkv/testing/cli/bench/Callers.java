package io.ringkv.testing.cli.bench;

import java.util.Locale;

/** How the callers of a measurement wait for their answers. */
public enum Callers {
    /** A thread each, which sleeps until the answer is here: most programs. Costs two changes of thread per operation. */
    BLOCKING,
    /** A callback each, on the client's own threads: the next operation is sent from where the answer arrived. */
    ASYNC;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
