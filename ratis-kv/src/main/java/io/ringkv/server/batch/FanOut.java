package io.ringkv.server.batch;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.OperationOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers many writes, and those that joined them, then flushes every reply target once. One caller's fault keeps neither
 * the others from their answers nor the batcher from going on. Called without locks.
 */
final class FanOut {
    private static final Logger LOG = LoggerFactory.getLogger(FanOut.class);

    private FanOut() {}

    /** Gives each write the outcome that stands at its place. */
    static void complete(List<PendingWrite> writes, EntryOutcome outcome) {
        FlushSet flushes = new FlushSet();
        for (int i = 0; i < writes.size(); i++) {
            OperationOutcome result = outcome.operations().get(i);
            for (PendingWrite write = writes.get(i); write != null; write = write.nextDuplicate()) {
                try {
                    write.complete(result);
                } catch (RuntimeException e) {
                    logFault(write, e);
                }
                flushes.add(write.replyTarget());
            }
        }
        flushes.flush();
    }

    /** Refuses all of them for the same reason; the parameters are those of {@link PendingWrite#refuse}. */
    static void refuse(
            List<PendingWrite> writes,
            ErrorCode code,
            boolean notProposed,
            @Nullable ServerId leader,
            String sentence) {
        FlushSet flushes = new FlushSet();
        for (PendingWrite first : writes) {
            for (PendingWrite write = first; write != null; write = write.nextDuplicate()) {
                try {
                    write.refuse(code, notProposed, leader, sentence);
                } catch (RuntimeException e) {
                    logFault(write, e);
                }
                flushes.add(write.replyTarget());
            }
        }
        flushes.flush();
    }

    private static void logFault(PendingWrite write, RuntimeException fault) {
        LOG.error("event=answer_failed session={}", write.operation().session(), fault);
    }
}
