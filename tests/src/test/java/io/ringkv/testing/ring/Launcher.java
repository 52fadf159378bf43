package io.ringkv.testing.ring;

import java.nio.file.Path;
import java.util.Map;

/** Starts members of a cluster. Used by one thread. */
interface Launcher {

    /**
     * Starts a server (s1, s2, ...) or a manager (m1, m2, ...). May return before it serves.
     *
     * @param log what it says goes to the end of this file, if it is a process of its own
     * @param settings by their keys; all else by default
     */
    Member launch(String name, Path log, Map<String, String> settings);

    /** One that was started. */
    interface Member {

        /** Ends it without giving it the time to do anything, as far as the launcher can. */
        void kill();

        /** Whether it has ended. */
        boolean isOver();
    }
}
