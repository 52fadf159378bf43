package io.ringkv.cli.look;

import io.ringkv.cli.output.Sizes;
import java.util.List;

/** Looks for what is wrong with a machine that is to run a server. Pure. */
final class MachineExamination {
    private static final long SYNC_WARNING_MICROS = 10_000;
    private static final long SYNC_FAILURE_MICROS = 100_000;
    private static final long SYNC_WORST_MICROS = 500_000;
    private static final long OPEN_FILES_LEAST = 4_096;
    private static final int DISK_WARNING_PERCENT = 80;
    private static final int PERCENT = 100;

    private MachineExamination() {}

    static List<Complaint> of(MachineFacts facts) {
        return List.of(sync(facts), openFiles(facts), disk(facts), java(facts));
    }

    private static Complaint sync(MachineFacts facts) {
        String evidence = "forcing 4 KiB takes " + facts.syncMedianMicros() + " us (median), " + facts.syncWorstMicros()
                + " us at most";
        String impact =
                "Every write waits for this, on a majority of its replicas; long pauses cost leaders their lead.";
        if (facts.syncMedianMicros() > SYNC_FAILURE_MICROS) {
            return Complaint.failure("fsync", evidence, impact, "Use a local SSD for the data directory.");
        }
        return facts.syncMedianMicros() > SYNC_WARNING_MICROS || facts.syncWorstMicros() > SYNC_WORST_MICROS
                ? Complaint.warning("fsync", evidence, impact, "Use a local SSD, and one that nobody else keeps busy.")
                : Complaint.ok("fsync", evidence);
    }

    private static Complaint openFiles(MachineFacts facts) {
        if (facts.openFiles() == 0) {
            return Complaint.ok("open files", "the limit is not known");
        }
        String evidence = "a process may have "
                + (facts.openFiles() == Long.MAX_VALUE ? "any number of" : facts.openFiles()) + " files open";
        return facts.openFiles() < OPEN_FILES_LEAST
                ? Complaint.warning(
                        "open files",
                        evidence,
                        "A server needs some files per replica, and one per connection.",
                        "ulimit -n 65536, or LimitNOFILE of the service.")
                : Complaint.ok("open files", evidence);
    }

    private static Complaint disk(MachineFacts facts) {
        if (facts.totalBytes() <= 0) {
            return Complaint.ok("disk space", "not known");
        }
        long used = PERCENT - facts.freeBytes() * PERCENT / facts.totalBytes();
        String evidence = used + " % used, " + Sizes.bytes(facts.freeBytes()) + " free";
        return used >= DISK_WARNING_PERCENT
                ? Complaint.warning(
                        "disk space",
                        evidence,
                        "A server here is given no replicas, and may soon refuse writes.",
                        "Make room, or use another disk.")
                : Complaint.ok("disk space", evidence);
    }

    private static Complaint java(MachineFacts facts) {
        return Complaint.ok("java", "version " + facts.javaVersion());
    }
}
