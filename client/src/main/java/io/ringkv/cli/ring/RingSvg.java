package io.ringkv.cli.ring;

import io.ringkv.cli.output.Sizes;
import java.util.List;
import java.util.Locale;

/**
 * The ring as an SVG picture that stands alone. Clockwise from token zero at the top. The outer band is coloured by leader;
 * inside it each server has a ring of its own, with a piece wherever it holds a replica, and a stronger one where it leads;
 * replicas that are not well are hollow, and those on their way are arrows from ring to ring. Pure; one instance draws one
 * picture.
 */
public final class RingSvg {

    private static final double CENTER = 450;
    private static final double BAND_OUTER = 400;
    private static final double BAND_INNER = 358;
    private static final double RINGS_OUTER = 344;
    private static final double RINGS_INNER = 130;
    private static final double PITCH_MOST = 30;

    /** Arcs are drawn a little shorter than they are, in pixels, so that neighbours can be told apart. */
    private static final double GAP = 1.6;

    private static final double FULL = 0.9999;
    private static final int HEIGHT = 900;
    private static final int LEFT = -45;
    private static final int KEY_WIDTH = 345;
    private static final int LEGEND_X = 925;
    private static final int LEGEND_TOP = 80;
    private static final int ROOMY_ROW = 40;
    private static final int TIGHT_ROW = 19;

    /** So many servers have two lines each in the legend; more have one, in columns. */
    private static final int ROOMY_MOST = 16;

    private static final int COLUMN_MOST = 36;
    private static final int COLUMN_WIDTH = 230;
    private static final double LABEL_ARC_LEAST = 16;

    private final RingPicture picture;
    private final StringBuilder svg = new StringBuilder();
    private final double pitch;

    private RingSvg(RingPicture picture) {
        this.picture = picture;
        this.pitch = Math.min(
                PITCH_MOST,
                (RINGS_OUTER - RINGS_INNER) / Math.max(1, picture.servers().size()));
    }

    /** The picture as the text of a file. */
    public static String draw(RingPicture picture) {
        return new RingSvg(picture).text();
    }

    private String text() {
        int columns = Math.max(1, (picture.servers().size() + COLUMN_MOST - 1) / COLUMN_MOST);
        int width = LEGEND_X - LEFT + KEY_WIDTH + (columns - 1) * COLUMN_WIDTH;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%d 0 %d %d\" font-family=\"%s\">\n",
                LEFT, width, HEIGHT, FONTS);
        svg.append(STYLE);
        add("<rect class=\"ground\" x=\"%d\" width=\"%d\" height=\"%d\"/>\n", LEFT, width, HEIGHT);
        guides();
        picture.arcs().forEach(this::arc);
        moves();
        title();
        legend();
        svg.append("</svg>\n");
        return svg.toString();
    }

    private static final List<String> KEY = List.of(
            "outer band: who leads the shard of this number",
            "strong piece: replica that leads; pale: that follows",
            "hollow: not well, or catching up; arrow: moving");

    private static final String FONTS = "Inter, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";

    private static final String STYLE = """
            <style>
              .ground { fill: #fbfbfd } .ink { fill: #1f2733 } .faint { fill: #6b7686 } .good { fill: #2e8540 } .ill { fill: #d0342c }
              .guide { fill: none; stroke: #dfe4ec; stroke-width: 1 }
              .tick { stroke: #aeb7c4; stroke-width: 1.2 }
              .move { fill: none; stroke: #1f2733; stroke-width: 2.6; stroke-dasharray: 7 4 }
              .head { fill: #1f2733 } .halo { fill: none; stroke: #fbfbfd; stroke-width: 6 }
              .bad { fill: #fbfbfd; stroke: #d0342c; stroke-width: 1.8; stroke-dasharray: 4 3 }
              @media (prefers-color-scheme: dark) {
                .ground { fill: #14181f } .ink { fill: #e8ecf2 } .faint { fill: #98a3b3 } .good { fill: #6cc07f } .ill { fill: #ff7b72 }
                .guide { stroke: #2a313c } .tick { stroke: #566173 }
                .move { stroke: #f4f6f9 } .head { fill: #f4f6f9 } .halo { stroke: #14181f } .bad { fill: #14181f }
              }
            </style>
            """;

    private double radius(int server) {
        return RINGS_OUTER - pitch * (server + 0.5);
    }

    private void guides() {
        for (int i = 0; i < picture.servers().size(); i++) {
            add("<circle class=\"guide\" cx=\"%.0f\" cy=\"%.0f\" r=\"%.1f\"/>\n", CENTER, CENTER, radius(i));
        }
        List<String> tokens = List.of("0000\u2026", "4000\u2026", "8000\u2026", "c000\u2026");
        for (int quarter = 0; quarter < tokens.size(); quarter++) {
            double turn = quarter / 4.0;
            add(
                    "<line class=\"tick\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                    x(turn, BAND_OUTER + 3),
                    y(turn, BAND_OUTER + 3),
                    x(turn, BAND_OUTER + 12),
                    y(turn, BAND_OUTER + 12));
            String anchor = quarter % 2 == 0 ? "middle" : quarter == 1 ? "start" : "end";
            add(
                    "<text class=\"faint\" font-size=\"12\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                    anchor, x(turn, BAND_OUTER + 18), y(turn, BAND_OUTER + 22) + 4, tokens.get(quarter));
        }
    }

    private void arc(RingPicture.Arc arc) {
        String leader = arc.leader() < 0 ? "nobody" : label(arc.leader());
        add(
                "<g><title>shard %d, led by %s, %s keys, %s, %s</title>\n",
                arc.shard(), escape(leader), Sizes.count(arc.keys()), Sizes.bytes(arc.bytes()), arc.range());
        add("<path fill=\"%s\" d=\"%s\"/>\n", ServerColors.web(arc.leader()), band(arc, BAND_INNER, BAND_OUTER));
        if (arc.size() * 2 * Math.PI * BAND_INNER >= LABEL_ARC_LEAST) {
            double middle = (BAND_INNER + BAND_OUTER) / 2;
            add(
                    "<text fill=\"#fff\" font-size=\"%d\" font-weight=\"600\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%d</text>\n",
                    arc.size() * 2 * Math.PI * BAND_INNER < 34 ? 11 : 17,
                    x(arc.middle(), middle),
                    y(arc.middle(), middle) + 6,
                    arc.shard());
        }
        for (RingPicture.Copy copy : arc.replicas()) {
            copy(arc, copy);
        }
        svg.append("</g>\n");
    }

    private void copy(RingPicture.Arc arc, RingPicture.Copy copy) {
        boolean leads = copy.server() == arc.leader();
        double half = pitch * (leads ? 0.42 : 0.24);
        String path = band(arc, radius(copy.server()) - half, radius(copy.server()) + half);
        if (copy.well()) {
            add(
                    "<path fill=\"%s\" fill-opacity=\"%s\" d=\"%s\"/>\n",
                    ServerColors.web(copy.server()), leads ? "1" : "0.55", path);
        } else {
            add("<path class=\"bad\" d=\"%s\"/>\n", path);
        }
    }

    /** A piece of a ring: out along one edge, back along the other. */
    private static String band(RingPicture.Arc arc, double inner, double outer) {
        double size = Math.min(arc.size(), FULL);
        double gap = Math.min(GAP / (2 * Math.PI * inner), size / 4);
        double from = arc.start() + gap / 2;
        double to = arc.start() + size - gap / 2;
        int isLarge = to - from > 0.5 ? 1 : 0;
        return String.format(
                Locale.ROOT,
                "M%.2f %.2fA%.1f %.1f 0 %d 1 %.2f %.2fL%.2f %.2fA%.1f %.1f 0 %d 0 %.2f %.2fZ",
                x(from, outer),
                y(from, outer),
                outer,
                outer,
                isLarge,
                x(to, outer),
                y(to, outer),
                x(to, inner),
                y(to, inner),
                inner,
                inner,
                isLarge,
                x(from, inner),
                y(from, inner));
    }

    private void moves() {
        for (RingPicture.Move move : picture.moves()) {
            picture.arcs().stream()
                    .filter(arc -> arc.shard() == move.shard())
                    .findFirst()
                    .ifPresent(arc -> move(arc, move));
        }
    }

    private void move(RingPicture.Arc arc, RingPicture.Move move) {
        if (move.to() < 0) {
            return;
        }
        double to = radius(move.to());
        double from = move.from() < 0 ? BAND_INNER - 6 : radius(move.from());
        double outward = Math.signum(to - from);
        double head = Math.max(6, Math.min(9, pitch * 0.7));
        double turn = arc.middle();
        double tip = to + (outward > 0 ? -1 : 1) * pitch * 0.05;
        double neck = tip - outward * head;
        String line = String.format(
                Locale.ROOT, "M%.1f %.1fL%.1f %.1f", x(turn, from), y(turn, from), x(turn, neck), y(turn, neck));
        add(
                "<g><title>shard %d moves from %s to %s</title>\n",
                move.shard(), escape(label(move.from())), escape(label(move.to())));
        add("<path class=\"halo\" d=\"%s\"/><path class=\"move\" d=\"%s\"/>\n", line, line);
        double side = head * 0.6 / (2 * Math.PI * neck);
        add(
                "<circle class=\"head\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/><path class=\"head\" d=\"M%.1f %.1fL%.1f %.1fL%.1f"
                        + " %.1fZ\"/></g>\n",
                x(turn, from),
                y(turn, from),
                x(turn, tip),
                y(turn, tip),
                x(turn - side, neck),
                y(turn - side, neck),
                x(turn + side, neck),
                y(turn + side, neck));
    }

    private void title() {
        double y = CENTER - (picture.title().size() - 1) * 13.0;
        for (int i = 0; i < picture.title().size(); i++) {
            add(
                    "<text class=\"%s\" font-size=\"%d\" font-weight=\"%d\" text-anchor=\"middle\" x=\"%.0f\""
                            + " y=\"%.0f\">%s</text>\n",
                    i == 0 ? "ink" : i < picture.title().size() - 1 ? "faint" : picture.healthy() ? "good" : "ill",
                    i == 0 ? 22 : 15,
                    i == 0 ? 650 : 400,
                    CENTER,
                    y + i * 26,
                    escape(picture.title().get(i)));
        }
    }

    private void legend() {
        add(
                "<text class=\"faint\" font-size=\"12\" x=\"%d\" y=\"%d\">servers, outermost ring first</text>\n",
                LEGEND_X, LEGEND_TOP - 26);
        boolean isRoomy = picture.servers().size() <= ROOMY_MOST;
        for (int i = 0; i < picture.servers().size(); i++) {
            int x = LEGEND_X + i / COLUMN_MOST * COLUMN_WIDTH;
            int y = LEGEND_TOP + i % COLUMN_MOST * (isRoomy ? ROOMY_ROW : TIGHT_ROW);
            legend(i, x, y, isRoomy);
        }
        int rows = Math.min(COLUMN_MOST, picture.servers().size());
        int y = LEGEND_TOP + rows * (isRoomy ? ROOMY_ROW : TIGHT_ROW) + 14;
        for (String line : KEY) {
            add("<text class=\"faint\" font-size=\"12\" x=\"%d\" y=\"%d\">%s</text>\n", LEGEND_X, y, line);
            y += 18;
        }
    }

    private void legend(int place, int x, int y, boolean isRoomy) {
        RingPicture.Server server = picture.servers().get(place);
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\"/>\n",
                x, y - (isRoomy ? 14 : 11), isRoomy ? 18 : 13, isRoomy ? 18 : 13, ServerColors.web(place));
        add(
                "<text class=\"ink\" font-size=\"%d\" font-weight=\"600\" x=\"%d\" y=\"%d\">%s</text>\n",
                isRoomy ? 16 : 13, x + (isRoomy ? 28 : 20), y, escape(server.label()));
        add(
                "<text %s font-size=\"12\" x=\"%d\" y=\"%d\">%s</text>\n",
                server.well() ? "class=\"faint\"" : "class=\"ill\" font-weight=\"600\"",
                x + (isRoomy ? 90 : 62),
                y,
                escape(server.note()) + (isRoomy ? "" : "  " + server.leaders() + "/" + server.replicas()));
        if (isRoomy) {
            add(
                    "<text class=\"faint\" font-size=\"12\" x=\"%d\" y=\"%d\">leads %d of %d replicas, %s</text>\n",
                    x + 28, y + 15, server.leaders(), server.replicas(), Sizes.bytes(server.bytes()));
        }
    }

    private String label(int server) {
        return server < 0 ? "nobody" : picture.servers().get(server).label();
    }

    private static double x(double turn, double radius) {
        return CENTER + Math.sin(turn * 2 * Math.PI) * radius;
    }

    private static double y(double turn, double radius) {
        return CENTER - Math.cos(turn * 2 * Math.PI) * radius;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
