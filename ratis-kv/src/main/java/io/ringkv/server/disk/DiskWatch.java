package io.ringkv.server.disk;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether data may still grow on this server. Looks at the disk when told to, not per request.
 *
 * <p>Why growth stops before the disk is full: the log, snapshots and the repair of replicas need room too, and a server
 * whose log cannot be written must end.
 *
 * <p>Threading: {@link #look} by one thread at a time, the rest by any.
 */
public final class DiskWatch implements DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private final DiskSpace space;
    private final DiskWatermarks marks;
    private volatile @Nullable String growthRefusal;

    private DiskWatch(DiskSpace space, DiskWatermarks marks) {
        this.space = space;
        this.marks = marks;
    }

    /** Begins with a first look. */
    public static DiskWatch start(DiskSpace space, DiskWatermarks marks) {
        DiskWatch watch = new DiskWatch(space, marks);
        watch.look();
        return watch;
    }

    @Override
    public long freeBytes() {
        return space.freeBytes();
    }

    @Override
    public long totalBytes() {
        return space.totalBytes();
    }

    /** Looks at the disk. */
    public void look() {
        long free = space.freeBytes();
        long total = space.totalBytes();
        boolean before = growthRefusal != null;
        boolean now = marks.isReadOnly(before, free, total);
        String used = now ? String.format(Locale.ROOT, "%.1f", DiskWatermarks.usedPercent(free, total)) : "";
        growthRefusal = now
                ? "The server's disk is " + used + " % full, " + free + " of " + total + " bytes are free; writes that"
                        + " need space are refused from " + marks.readOnlyPercent() + " % until it is at most "
                        + marks.resumePercent() + " % full"
                : null;
        if (now != before) {
            if (now) {
                LOG.warn("event=disk-read-only usedPercent={} freeBytes={} totalBytes={}", used, free, total);
            } else {
                LOG.info("event=disk-writable freeBytes={} totalBytes={}", free, total);
            }
        }
    }

    /** Why nothing that needs space is taken, or null when it is. */
    public @Nullable String growthRefusal() {
        return growthRefusal;
    }

    @Override
    public boolean isReadOnly() {
        return growthRefusal != null;
    }
}
