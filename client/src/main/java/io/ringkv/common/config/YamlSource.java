package io.ringkv.common.config;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a YAML file into keys and texts. Nested maps and dotted keys mean the same; lists of plain values become texts
 * joined by commas. Texts are taken as written: YAML's own ideas of numbers, dates and booleans do not apply.
 */
final class YamlSource {

    /** More than any configuration; keeps a wrong file, such as an export, from filling the memory. */
    private static final int MAX_BYTES = 1 << 20;

    /** Deeper than any configuration; anchors can nest without end. */
    private static final int MAX_DEPTH = 8;

    /** More than any configuration; aliases can multiply a small file beyond measure. */
    private static final int MAX_KEYS = 10_000;

    private final Path file;
    private final Map<String, Value> values = new LinkedHashMap<>();

    /** A text and the number of its line. */
    record Value(String text, int line) {}

    private YamlSource(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws RingKvException {@code CONFIG_FILE_UNREADABLE} or {@code INVALID_CONFIG_VALUE}
     */
    static Map<String, Value> read(Path file) {
        YamlSource source = new YamlSource(file);
        Optional<Node> root = source.compose();
        // A file of comments only is an empty document.
        root.ifPresent(node -> {
            if (!isNothing(node)) {
                source.addMap("", source.asMap(node, ""), 0);
            }
        });
        return source.values;
    }

    private Optional<Node> compose() {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        try {
            return new Compose(settings).composeString(content());
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> " line " + (mark.getLine() + 1))
                    .orElse("");
            throw RingKvException.builder(ErrorCode.CONFIG_FILE_UNREADABLE)
                    .sentence("The file " + file + " is not valid YAML")
                    .reason(file + place + ": " + e.getProblem())
                    .cause(e)
                    .build();
        } catch (IOException | YamlEngineException e) {
            throw new RingKvException(ErrorCode.CONFIG_FILE_UNREADABLE, "Cannot read the file " + file, e);
        }
    }

    private String content() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES + " bytes");
            }
            // Unlike new String, a fresh decoder refuses what is not UTF-8.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private void addMap(String prefix, MappingNode map, int depth) {
        if (depth == MAX_DEPTH) {
            throw invalid(map, prefix, "groups nest deeper than " + MAX_DEPTH);
        }
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                throw invalid(tuple.getKeyNode(), prefix, "a key is not a plain word");
            }
            String key = prefix.isEmpty() ? keyNode.getValue() : prefix + "." + keyNode.getValue();
            Node value = tuple.getValueNode();
            if (value instanceof MappingNode nested) {
                addMap(key, nested, depth + 1);
            } else {
                add(key, new Value(text(value, key), line(keyNode)), keyNode);
            }
        }
    }

    private void add(String key, Value value, Node where) {
        if (values.size() == MAX_KEYS) {
            throw invalid(where, key, "there are more than " + MAX_KEYS + " keys");
        }
        Value earlier = values.putIfAbsent(key, value);
        if (earlier != null) {
            throw invalid(where, key, "it was set before, in line " + earlier.line());
        }
    }

    private String text(Node node, String key) {
        if (node instanceof ScalarNode scalar) {
            return isNothing(scalar) ? "" : scalar.getValue().strip();
        }
        List<String> elements = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node element : sequence.getValue()) {
                if (!(element instanceof ScalarNode scalar) || scalar.getValue().contains(",")) {
                    throw invalid(element, key, "an element of the list is not a plain value without commas");
                }
                elements.add(scalar.getValue().strip());
            }
        }
        return String.join(",", elements);
    }

    private MappingNode asMap(Node node, String key) {
        if (node instanceof MappingNode map) {
            return map;
        }
        throw invalid(node, key, "the file holds no \"key: value\" lines");
    }

    private static boolean isNothing(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private RingKvException invalid(Node node, String key, String problem) {
        return RingKvException.builder(ErrorCode.INVALID_CONFIG_VALUE)
                .sentence(key.isEmpty() ? "The file " + file + " cannot be used" : "The key " + key + " cannot be used")
                .reason(file + " line " + line(node) + ": " + problem)
                .detail("key", key)
                .build();
    }
}
