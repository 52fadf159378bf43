package io.ringkv.cli.output;

import java.util.function.Consumer;

/**
 * Tells a person how far something has come that has parts to count: a line that is drawn over on a terminal, elsewhere a
 * line now and then. Used by one thread.
 */
public final class ProgressLine {

    private static final int WIDTH = 24;
    private static final long ELSEWHERE_NANOS = 10_000_000_000L;

    private final boolean terminal;
    private final Consumer<String> print;
    private boolean drawn;
    private long shownNanos;

    /**
     * A line that has shown nothing yet.
     *
     * @param print takes text exactly as it is to appear
     */
    public ProgressLine(boolean terminal, Consumer<String> print) {
        this.terminal = terminal;
        this.print = print;
    }

    /** Draws anew; elsewhere than on a terminal only when it is time. */
    public void show(long done, long total, String text, long nowNanos) {
        if (!terminal && drawn && nowNanos - shownNanos < ELSEWHERE_NANOS) {
            return;
        }
        shownNanos = nowNanos;
        drawn = true;
        String line = bar(done, total, WIDTH) + "  " + text;
        print.accept(terminal ? "\r" + line + "\u001b[K" : line + "\n");
    }

    /** Wipes the line, so that what follows begins on a clean one. */
    public void end() {
        if (drawn && terminal) {
            print.accept("\r\u001b[K");
        }
    }

    /** For example {@code [######------]  50 %}. */
    public static String bar(long done, long total, int width) {
        double part = total <= 0 ? 1 : Math.min(1.0, Math.max(0, (double) done / total));
        int full = (int) (part * width);
        String percent = Integer.toString((int) (part * 100));
        return "[" + "#".repeat(full) + "-".repeat(width - full) + "] " + " ".repeat(3 - percent.length()) + percent
                + " %";
    }
}
