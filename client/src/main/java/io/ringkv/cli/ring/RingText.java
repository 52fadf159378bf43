package io.ringkv.cli.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ring as a circle of characters. Clockwise from the top; each place shows the letter of the server that leads there, and
 * the number of a shard stands outside the middle of its arc. Pure; one instance draws one picture.
 */
public final class RingText {

    private static final int ROWS = 27;
    private static final int COLUMNS = 62;
    private static final double RADIUS = 11.0;
    private static final double THICK = 1.9;
    private static final double LABEL_RADIUS = RADIUS + 1.6;

    /** Characters are about twice as high as wide. */
    private static final double ASPECT = 2.05;

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final char NOBODY = '.';

    private final RingPicture picture;
    private final boolean colored;
    private final char[][] cells = new char[ROWS][COLUMNS];
    private final int[][] owners = new int[ROWS][COLUMNS];

    private RingText(RingPicture picture, boolean colored) {
        this.picture = picture;
        this.colored = colored;
    }

    /** The picture as lines. */
    public static List<String> draw(RingPicture picture, boolean colored) {
        return new RingText(picture, colored).lines();
    }

    private List<String> lines() {
        for (int row = 0; row < ROWS; row++) {
            Arrays.fill(cells[row], ' ');
            Arrays.fill(owners[row], -1);
        }
        drawArcs();
        drawNumbers();
        drawTitle();
        List<String> legend = legend();
        int top = Math.max(0, (ROWS - legend.size()) / 2);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < Math.max(ROWS, legend.size()); row++) {
            String circle = row < ROWS ? line(row) : " ".repeat(COLUMNS);
            boolean isBeside = row >= top && row - top < legend.size();
            lines.add((circle + (isBeside ? "  " + legend.get(row - top) : "")).stripTrailing());
        }
        while (!lines.isEmpty() && lines.get(0).isBlank()) {
            lines.remove(0);
        }
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    private void drawArcs() {
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                double x = (column - (COLUMNS - 1) / 2.0) / ASPECT;
                double y = row - (ROWS - 1) / 2.0;
                double distance = Math.hypot(x, y);
                if (Math.abs(distance - RADIUS) <= THICK / 2) {
                    RingPicture.Arc arc = at(Math.atan2(x, -y) / (2 * Math.PI));
                    if (arc != null) {
                        cells[row][column] = letter(arc.leader());
                        owners[row][column] = arc.leader();
                    }
                }
            }
        }
    }

    private RingPicture.@Nullable Arc at(double turn) {
        double place = turn < 0 ? turn + 1 : turn;
        for (RingPicture.Arc arc : picture.arcs()) {
            double into = place - arc.start();
            if ((into < 0 ? into + 1 : into) < arc.size()) {
                return arc;
            }
        }
        return null;
    }

    private static char letter(int server) {
        return server < 0 ? NOBODY : LETTERS.charAt(server % LETTERS.length());
    }

    /** Numbers of shards, as far as they do not stand in each other's way. */
    private void drawNumbers() {
        for (RingPicture.Arc arc : picture.arcs()) {
            String number = Integer.toString(arc.shard());
            double angle = arc.middle() * 2 * Math.PI;
            int row = (int) Math.round((ROWS - 1) / 2.0 - Math.cos(angle) * LABEL_RADIUS);
            double x = (COLUMNS - 1) / 2.0 + Math.sin(angle) * LABEL_RADIUS * ASPECT;
            // To the left of the circle a number ends where it belongs, to the right it begins there.
            int column = (int) Math.round(x - (number.length() - 1) * (1 - Math.sin(angle)) / 2);
            write(row, column, number);
        }
    }

    private void drawTitle() {
        int top = (ROWS - picture.title().size()) / 2;
        for (int i = 0; i < picture.title().size(); i++) {
            String text = picture.title().get(i);
            write(top + i, (COLUMNS - text.length()) / 2, text);
        }
    }

    private void write(int row, int column, String text) {
        if (row < 0 || row >= ROWS || column < 0 || column + text.length() > COLUMNS) {
            return;
        }
        for (int i = Math.max(0, column - 1); i < Math.min(COLUMNS, column + text.length() + 1); i++) {
            if (cells[row][i] != ' ' && (owners[row][i] >= 0 || Character.isDigit(cells[row][i]))) {
                boolean isBand = !Character.isDigit(cells[row][i]);
                if (!isBand || (i >= column && i < column + text.length())) {
                    return;
                }
            }
        }
        for (int i = 0; i < text.length(); i++) {
            cells[row][column + i] = text.charAt(i);
        }
    }

    private String line(int row) {
        if (!colored) {
            return new String(cells[row]);
        }
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < COLUMNS; column++) {
            int owner = owners[row][column];
            line.append(owner < 0 ? String.valueOf(cells[row][column]) : paint(owner, cells[row][column]));
        }
        return line.toString();
    }

    private static String paint(int server, char letter) {
        int color = ServerColors.terminal(server);
        return "\u001b[48;5;" + color + ";38;5;16m" + letter + "\u001b[0m";
    }

    private List<String> legend() {
        List<String> legend = new ArrayList<>();
        int width = picture.servers().stream()
                .mapToInt(server -> server.label().length())
                .max()
                .orElse(0);
        for (int i = 0; i < picture.servers().size(); i++) {
            RingPicture.Server server = picture.servers().get(i);
            String letter = colored ? paint(i, letter(i)) : String.valueOf(letter(i));
            legend.add(letter + " " + server.label()
                    + " ".repeat(width - server.label().length())
                    + "  leads " + server.leaders() + " of " + server.replicas() + "  "
                    + server.note());
        }
        if (picture.arcs().stream().anyMatch(arc -> arc.leader() < 0)) {
            legend.add(NOBODY + " nobody leads, or it is not known");
        }
        for (RingPicture.Move move : picture.moves()) {
            legend.add("shard " + move.shard() + ": " + name(move.from()) + " -> " + name(move.to()));
        }
        return legend;
    }

    private String name(int server) {
        return server < 0 ? "(none)" : picture.servers().get(server).label();
    }
}
