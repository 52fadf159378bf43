package io.ringkv.server.batch;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reply targets touched while answers are handed out, so that each is flushed once, after the last answer: an answer
 * that is flushed alone costs a frame of its own.
 *
 * <p>A few streams share nearly all answers, so a short list is searched. Beyond its length targets are flushed more than
 * once, which costs frames but no answer.
 */
final class FlushSet {
    private static final Logger LOG = LoggerFactory.getLogger(FlushSet.class);
    private static final int LONGEST = 32;

    private final List<ReplyTarget> targets = new ArrayList<>(4);

    void add(ReplyTarget target) {
        // Newest first: answers of one client are neighbours more often than not.
        for (int i = targets.size() - 1; i >= 0; i--) {
            if (targets.get(i) == target) {
                return;
            }
        }
        if (targets.size() == LONGEST) {
            flush();
        }
        targets.add(target);
    }

    void flush() {
        for (ReplyTarget target : targets) {
            try {
                target.flush();
            } catch (RuntimeException e) {
                LOG.error("event=flush_failed", e);
            }
        }
        targets.clear();
    }
}
