package io.ringkv.manager.identity;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.process.DataDirectory;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a new life in the data directory of a manager that is no member any more: its log is put aside and never opened
 * again, and it gets an id under which nobody has ever counted its vote. Stateless.
 */
public final class Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final String DIRECTORY = "quarantine";

    private Quarantine() {}

    /**
     * Puts the log of a member that is gone aside, if there is one; crashes in between do no harm, it is done again. Before
     * anything else in the directory is used.
     *
     * @param log the directory of the log
     * @param fresh mints a new id
     */
    public static void begin(DataDirectory<ManagerIdentity> directory, Path log, Supplier<ManagerId> fresh) {
        ManagerIdentity before = directory.identity();
        if (!before.isGone()) {
            return;
        }
        Path aside = directory.resolve(DIRECTORY).resolve(before.id().toString());
        try {
            if (Files.exists(log)) {
                DurableFiles.createDirectories(directory.resolve(DIRECTORY));
                DurableFiles.move(log, aside);
            }
            RunMarker.forget(directory.path());
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.DATA_DIRECTORY_UNREADABLE, "The log " + log + " could not be put aside", e);
        }
        directory.store(ManagerIdentity.fresh(fresh.get()));
        LOG.warn(
                "event=manager-starts-anew before={} now={} oldLog={}",
                before.id(),
                directory.identity().id(),
                aside);
    }
}
