package io.ringkv.cli.ring;

import java.util.List;
import java.util.Locale;

/** A colour for each server, as different as can be; the first ten were chosen to be told apart by most people. */
final class ServerColors {

    static final String NOBODY = "#c9ced6";

    private static final List<String> FIRST = List.of(
            "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#b07aa1", "#edc948", "#9c755f", "#ff9da7",
            "#86bcb6");

    private static final double GOLDEN_ANGLE = 137.508;

    private ServerColors() {}

    /** For SVG. */
    static String web(int server) {
        if (server < 0) {
            return NOBODY;
        }
        if (server < FIRST.size()) {
            return FIRST.get(server);
        }
        double hue = (server * GOLDEN_ANGLE) % 360;
        return String.format(Locale.ROOT, "hsl(%.0f,%d%%,%d%%)", hue, 45 + server % 3 * 10, 48 + server % 2 * 12);
    }

    /** Number in the palette of 256 colours that terminals have. */
    static int terminal(int server) {
        int[] numbers = {67, 208, 71, 167, 109, 133, 221, 137, 211, 79, 105, 142, 173, 38, 175, 107};
        return numbers[server % numbers.length];
    }
}
