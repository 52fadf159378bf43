package io.ringkv.cli.data;

import io.ringkv.cli.Words;
import io.ringkv.client.Batch;
import io.ringkv.client.Bytes;
import io.ringkv.client.Expectation;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.List;

/**
 * One operation of a batch as people write it.
 *
 * <pre>
 *   put KEY VALUE
 *   del KEY
 *   incr KEY [DELTA]
 *   cas KEY NEW --expect OLD | --expect-revision N | --if-absent
 *   cad KEY     --expect OLD | --expect-revision N            (compare and delete)
 * </pre>
 */
final class BatchLine {
    private final ByteArguments arguments;
    private final String line;
    private final List<String> words;

    private BatchLine(ByteArguments arguments, String line) {
        this.arguments = arguments;
        this.line = line;
        this.words = Words.of(line);
    }

    /** Adds the operation of the line; an empty line or one that begins with # adds nothing. */
    static void addTo(Batch.Builder batch, ByteArguments arguments, String line) {
        BatchLine parsed = new BatchLine(arguments, line);
        if (!parsed.words.isEmpty() && !parsed.words.get(0).startsWith("#")) {
            parsed.add(batch);
        }
    }

    private void add(Batch.Builder batch) {
        switch (words.get(0)) {
            case "put", "set" -> {
                expectWords(3, 3);
                batch.put(key(), arguments.bytes(words.get(2)));
            }
            case "del", "delete" -> {
                expectWords(2, 2);
                batch.delete(key());
            }
            case "incr", "increment" -> {
                expectWords(2, 3);
                batch.increment(key(), words.size() == 3 ? number(words.get(2)) : 1);
            }
            case "cas" -> {
                expectWords(4, 5);
                batch.compareAndSet(key(), expectation(3), arguments.bytes(words.get(2)));
            }
            case "cad" -> {
                expectWords(3, 4);
                batch.compareAndDelete(key(), expectation(2));
            }
            default -> throw malformed("begins with none of put, del, incr, cas, cad");
        }
    }

    private Expectation expectation(int at) {
        String flag = words.get(at);
        if (flag.equals("--if-absent") && words.size() == at + 1) {
            return Expectation.absent();
        }
        if (words.size() == at + 2) {
            if (flag.equals("--expect")) {
                return Expectation.value(arguments.bytes(words.get(at + 1)));
            }
            if (flag.equals("--expect-revision")) {
                long revision = number(words.get(at + 1));
                if (revision >= 1) {
                    return Expectation.revision(revision);
                }
            }
        }
        throw malformed("has no condition (--expect OLD, --expect-revision N, or --if-absent)");
    }

    private Bytes key() {
        return arguments.bytes(words.get(1));
    }

    private long number(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw malformed("has \"" + word + "\" where a whole number belongs");
        }
    }

    private void expectWords(int fewest, int most) {
        if (words.size() < fewest || words.size() > most) {
            throw malformed("has " + words.size() + " words");
        }
    }

    private RingKvException malformed(String problem) {
        return new RingKvException(ErrorCode.INPUT_MALFORMED, "The operation \"" + line.strip() + "\" " + problem);
    }
}
