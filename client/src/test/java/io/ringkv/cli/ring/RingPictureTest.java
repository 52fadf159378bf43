package io.ringkv.cli.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.ring.Ring;
import io.ringkv.common.ring.TokenRange;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class RingPictureTest {

    @Test
    void eachQuarterShowsItsLeader() {
        List<String> lines = RingText.draw(picture(4, 4, List.of()), false);

        assertThat(lines.get(lines.size() / 4)).containsPattern("D+ +A+");
        assertThat(lines.get(lines.size() * 3 / 4)).containsPattern("C+ +B+");
        assertThat(String.join("\n", lines))
                .contains("ring epoch 7")
                .contains("A s1  leads 1 of 3  ACTIVE")
                .doesNotContain("\u001b");
    }

    @Test
    void coloursAreOnlyThereWhenWanted() {
        assertThat(String.join("\n", RingText.draw(picture(4, 4, List.of()), true)))
                .contains("\u001b[48;5;67;38;5;16mA\u001b[0m");
    }

    @Test
    void aShardWithoutLeaderIsADot() {
        RingPicture.Arc arc =
                new RingPicture.Arc(1, TokenRange.fullCircle(), -1, List.of(new RingPicture.Copy(0, true)), 5, 500);
        RingPicture picture = new RingPicture(List.of(), servers(1, 1), List.of(arc), List.of(), false);

        assertThat(String.join("\n", RingText.draw(picture, false)))
                .contains("......")
                .contains("nobody leads");
    }

    @Test
    void numbersOfShardsStandAtTheirArcsAsFarAsThereIsRoom() {
        String drawn = String.join("\n", RingText.draw(picture(3, 12, List.of()), false));

        for (int shard = 1; shard <= 12; shard++) {
            assertThat(drawn).containsPattern("(?<!\\d)" + shard + "(?!\\d)");
        }
        assertThat(RingText.draw(picture(60, 1_000, List.of()), false)).hasSizeGreaterThanOrEqualTo(60);
    }

    @Test
    void theSvgIsWellFormedAndHasWhatItShows() throws Exception {
        RingPicture.Move move = new RingPicture.Move(2, 0, 2);
        String svg = RingSvg.draw(picture(3, 6, List.of(move)));

        Document document = parse(svg);

        // A band for each leader, a piece for each of three replicas, the arrow and its halo and head.
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(6 + 6 * 3 + 3);
        assertThat(svg).contains("shard 2 moves from s1 to s3", "class=\"bad\"", "s1", "healthy");
    }

    @Test
    void namesCannotBreakThePicture() throws Exception {
        RingPicture.Server odd = new RingPicture.Server("<&>", "ACTIVE", true, 0, 0, 0);
        RingPicture picture = new RingPicture(List.of("a < b"), List.of(odd), List.of(), List.of(), true);

        assertThat(parse(RingSvg.draw(picture)).getDocumentElement().getTextContent())
                .contains("<&>", "a < b");
    }

    @Test
    void drawsAnyNumberOfServersAndShards() throws Exception {
        for (int servers : new int[] {1, 2, 16, 17, 50, 300}) {
            for (int shards : new int[] {1, 2, 7, 600}) {
                assertThat(parse(RingSvg.draw(picture(servers, shards, List.of())))
                                .getDocumentElement()
                                .getTagName())
                        .isEqualTo("svg");
                assertThat(RingText.draw(picture(servers, shards, List.of()), false))
                        .isNotEmpty();
            }
        }
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<RingPicture.Server> servers(int servers, int replicas) {
        List<RingPicture.Server> list = new ArrayList<>();
        for (int i = 1; i <= servers; i++) {
            list.add(new RingPicture.Server("s" + i, "ACTIVE", true, replicas, 1, 1_000));
        }
        return list;
    }

    private static RingPicture picture(int servers, int shards, List<RingPicture.Move> moves) {
        List<RingPicture.Arc> arcs = new ArrayList<>();
        for (Ring.Arc arc : Ring.equalArcs(shards).arcs()) {
            int first = arcs.size() % servers;
            List<RingPicture.Copy> copies = new ArrayList<>();
            for (int i = 0; i < Math.min(3, servers); i++) {
                copies.add(new RingPicture.Copy((first + i) % servers, arcs.size() != 1 || i != 2));
            }
            arcs.add(new RingPicture.Arc(arc.shard().value(), arc.range(), first, copies, 10, 1_000));
        }
        return new RingPicture(
                List.of("ring epoch 7", shards + " shards", "healthy"), servers(servers, 3), arcs, moves, true);
    }
}
