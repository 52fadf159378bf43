package io.ringkv.server.replica;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one file of a server that says what it is to which groups. It lies outside of Ratis' directories, is forced before any
 * effect of what it says, and an entry is never dropped: a server that forgets what it was could vote twice in a term, or
 * acknowledge beside the true leader.
 *
 * <p>After a write that failed it is not known what the disk holds: from then on every change is refused, until the server is
 * started anew.
 *
 * <p>Thread-safe. A change waits for the disk; reading does not.
 */
final class ReplicaLedger {
    private final Path file;
    private volatile Ledger present;
    private @Nullable IOException broken;

    private ReplicaLedger(Path file, Ledger present) {
        this.file = file;
        this.present = present;
    }

    /**
     * Reads the ledger, or begins one.
     *
     * @param mayBegin whether this server may have none: it holds no replica
     * @throws RingKvException if the file is damaged, or missing although it may not be
     */
    static ReplicaLedger open(Path file, boolean mayBegin) {
        try {
            if (Files.exists(file)) {
                return new ReplicaLedger(file, LedgerCodec.decode(Files.readAllBytes(file)));
            }
            if (!mayBegin) {
                throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                        .sentence("The replica ledger " + file + " is missing, but there are replicas.")
                        .advice("Restore the file, or start as a new server with an empty data directory.")
                        .build();
            }
            ReplicaLedger ledger = new ReplicaLedger(file, Ledger.EMPTY);
            ledger.change(same -> same);
            return ledger;
        } catch (LedgerDamagedException e) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                    .sentence("The replica ledger " + file + " cannot be read: " + e.getMessage() + ".")
                    .advice("Without it the server could harm its shards: start as a new server with an empty data"
                            + " directory, and remove this one.")
                    .build();
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.DATA_DIRECTORY_UNREADABLE, "The replica ledger " + file + " cannot be read.", e);
        }
    }

    /** What it says now. */
    Ledger present() {
        return present;
    }

    /** What it says of this group, or null. */
    @Nullable
    LedgerEntry entry(GroupId group) {
        return present.entries().get(group);
    }

    /**
     * Changes it. When this returns the change is durable.
     *
     * @throws RingKvException with {@link ErrorCode#DISK_FAILED} if it could not be written; whoever wanted to act on it
     *     must not
     */
    synchronized Ledger change(UnaryOperator<Ledger> change) {
        if (broken != null) {
            throw new RingKvException(
                    ErrorCode.DISK_FAILED, "The replica ledger takes no changes since a write failed.", broken);
        }
        Ledger changed = Objects.requireNonNull(change.apply(present), "changed ledger");
        if (changed.equals(present) && Files.exists(file)) {
            return changed;
        }
        try {
            DurableFiles.replace(file, LedgerCodec.encode(changed));
        } catch (IOException e) {
            broken = e;
            throw new RingKvException(ErrorCode.DISK_FAILED, "The replica ledger " + file + " was not written.", e);
        }
        present = changed;
        return changed;
    }
}
