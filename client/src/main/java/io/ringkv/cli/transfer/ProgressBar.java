package io.ringkv.cli.transfer;

import io.ringkv.cli.output.Sizes;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Tells a person how far long work has come: one line that is drawn over on a terminal, a line every ten seconds
 * elsewhere. Used by one thread.
 */
final class ProgressBar {
    private static final int WIDTH = 24;
    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long ELSEWHERE_NANOS = 10_000_000_000L;

    private final String verb;
    private final long totalBytes;
    private final boolean terminal;
    private final Consumer<String> print;
    private final long startedNanos;
    private long shownNanos;
    private boolean drawn;

    /**
     * A bar that has shown nothing yet.
     *
     * @param totalBytes size of the whole, 0 when unknown
     * @param print takes text exactly as it is to appear
     */
    ProgressBar(String verb, long totalBytes, boolean terminal, long nowNanos, Consumer<String> print) {
        this.verb = verb;
        this.totalBytes = totalBytes;
        this.terminal = terminal;
        this.print = print;
        this.startedNanos = nowNanos;
        this.shownNanos = nowNanos;
    }

    /** Draws anew when it is time. */
    void update(long records, long bytes, long nowNanos) {
        if (nowNanos - shownNanos < (terminal ? TERMINAL_NANOS : ELSEWHERE_NANOS)) {
            return;
        }
        shownNanos = nowNanos;
        String text = line(records, bytes, nowNanos - startedNanos);
        print.accept(terminal ? "\r" + text + "\u001b[K" : text + "\n");
        drawn = true;
    }

    /** Wipes the line, so that what follows begins on a clean one. */
    void end() {
        if (drawn && terminal) {
            print.accept("\r\u001b[K");
        }
    }

    String line(long records, long bytes, long elapsedNanos) {
        double seconds = Math.max(1e-3, elapsedNanos / 1e9);
        StringBuilder text = new StringBuilder(verb).append("  ");
        if (totalBytes > 0) {
            double part = Math.min(1.0, (double) bytes / totalBytes);
            int full = (int) (part * WIDTH);
            text.append('[').append("#".repeat(full)).append("-".repeat(WIDTH - full));
            text.append(String.format(Locale.ROOT, "] %3d %%  ", (int) (part * 100)));
        }
        text.append(Sizes.count(records)).append(" records  ");
        text.append(Sizes.bytes(bytes)).append("  ");
        text.append(Sizes.count(Math.round(records / seconds))).append("/s");
        if (totalBytes > bytes && bytes > 0) {
            long leftMillis = (long) (seconds * 1000 * (totalBytes - bytes) / bytes);
            text.append("  ").append(Sizes.millis(leftMillis)).append(" left");
        }
        return text.toString();
    }
}
