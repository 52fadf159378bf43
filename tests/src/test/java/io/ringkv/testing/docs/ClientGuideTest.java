package io.ringkv.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.BuildVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java that documents show is the code of {@link ClientExample}, which compiles and runs. */
final class ClientGuideTest {
    private static final Path ROOT = Path.of("..");
    private static final Path GUIDE = ROOT.resolve("docs/client.md");
    private static final Path README = ROOT.resolve("README.md");
    private static final Path EXAMPLE = Path.of("src/test/java/io/ringkv/testing/docs/ClientExample.java");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("^ *// region (\\S+)\n(.*?)^ *// endregion$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void guideShowsTheExampleAsItIs() throws IOException {
        assertThat(blocks(GUIDE)).containsExactlyInAnyOrderElementsOf(regions().values());
    }

    @Test
    void readmeShowsTheExampleAsItIs() throws IOException {
        assertThat(blocks(README)).isSubsetOf(regions().values()).isNotEmpty();
    }

    @Test
    void guideNamesTheVersionOfThisBuild() throws IOException {
        assertThat(Files.readString(GUIDE)).contains("<version>" + BuildVersion.current() + "</version>");
    }

    private static List<String> blocks(Path document) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(document));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher matcher = REGION.matcher(Files.readString(EXAMPLE));
        while (matcher.find()) {
            regions.put(
                    matcher.group(1),
                    matcher.group(2)
                            .lines()
                            .map(line -> line.replaceFirst("^ {8}", "") + "\n")
                            .collect(Collectors.joining()));
        }
        return regions;
    }
}
