package io.ringkv.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Aligned columns of text. Numbers are aligned to the right. Used by one thread.
 *
 * <p>Widths count characters as a terminal shows them in the usual case (one cell each).
 */
public final class Table {
    private static final String GAP = "  ";

    /** What is aligned to the right: numbers, also with a unit; a dash stands for one that is not known. */
    private static final Pattern NUMBER = Pattern.compile("-|-?\\d+(\\.\\d+)?( (%|[KMGTP]?i?B|ms|s)( ago)?)?");

    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] numeric;

    public Table(String... titles) {
        this.titles = List.of(titles);
        this.numeric = new boolean[titles.length];
        Arrays.fill(numeric, true);
    }

    /** Adds a row with one cell per title. */
    public void row(Object... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException("cells: " + cells.length + " (expected: " + titles.size() + ")");
        }
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            String cell = String.valueOf(cells[i]);
            numeric[i] &= NUMBER.matcher(cell).matches();
            row.add(cell);
        }
        rows.add(row);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The table as lines, the titles first. */
    public List<String> lines() {
        int[] widths = new int[titles.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = cells(titles.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], cells(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(titles, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String padding = " ".repeat(widths[i] - cells(cell));
            line.append(i == 0 ? "" : GAP);
            line.append(numeric[i] && !rows.isEmpty() ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    /** Cells on a terminal; colour codes take none. */
    private static int cells(String text) {
        String plain = text.indexOf('\u001b') < 0 ? text : text.replaceAll("\u001b\\[[0-9;]*m", "");
        return plain.codePointCount(0, plain.length());
    }
}
