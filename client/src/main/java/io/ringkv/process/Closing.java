package io.ringkv.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started so far, to be closed in reverse order, each whatever becomes of the others. Used by one thread. */
public final class Closing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Closes this, too, and before all that was added earlier. */
    public <T extends AutoCloseable> T add(T started) {
        open.push(started);
        return started;
    }

    /** Closes everything; what fails is logged. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("event=close-failed", e);
            }
        }
    }
}
