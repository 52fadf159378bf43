package io.ringkv.testing.lab.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Checkers;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written reads back the same; what cannot be read is named with its line. */
final class HistoryFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void readsBackWhatItWrote() throws IOException {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            History history = new RandomHistories(random.split()).next();
            Path edn = directory.resolve("history.edn");
            Path json = directory.resolve("history.jsonl");
            HistoryFiles.writeEdn(history, edn);
            HistoryFiles.writeJsonLines(history, json);

            assertThat(HistoryFiles.read(edn, Dialect.REGISTER))
                    .as("EDN, seed %d, history %d", seed, i)
                    .isEqualTo(history);
            assertThat(HistoryFiles.read(json, Dialect.REGISTER))
                    .as("JSON, seed %d, history %d", seed, i)
                    .isEqualTo(history);
        }
    }

    @Test
    void survivesAnyDamageWithALineNumber() throws IOException {
        long seed = 12;
        SplittableRandom random = new SplittableRandom(seed);
        Path edn = directory.resolve("history.edn");
        Path json = directory.resolve("history.jsonl");
        for (int i = 0; i < 100; i++) {
            History history = new RandomHistories(random.split()).next();
            HistoryFiles.writeEdn(history, edn);
            HistoryFiles.writeJsonLines(history, json);
            for (Path file : List.of(edn, json)) {
                StringBuilder text = new StringBuilder(Files.readString(file));
                for (int change = random.nextInt(3); change >= 0 && text.length() > 0; change--) {
                    int at = random.nextInt(text.length());
                    switch (random.nextInt(3)) {
                        case 0 -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                        case 1 -> text.deleteCharAt(at);
                        default -> text.setLength(at);
                    }
                }
                try {
                    assertThat(read(text.toString(), Dialect.REGISTER)).isNotNull();
                } catch (RingKvException e) {
                    assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.INPUT_MALFORMED);
                    assertThat(e).hasMessageContaining("test, line ");
                }
            }
        }
    }

    @Test
    void readsTheRegistersOfJepsen() throws IOException {
        History history = read("""
                ; as written by a run with independent keys
                #jepsen.history.Op{:index 0, :time 1000, :type :invoke, :process 0, :f :write, :value [7 3]}
                {:index 1, :time 2000, :type :ok, :process 0, :f :write, :value [7 3]}
                {:process :nemesis, :type :info, :f :start, :value {"n1" #{"n2"}}, :time 2500}
                {:index 2, :time 3000, :type :invoke, :process 1, :f :read, :value [7 nil]},
                {:index 3, :time 4000, :type :ok, :process 1, :f :read, :value [7 3]}
                {:index 4, :time 5000, :type :invoke, :process 0, :f :cas, :value [7 [3 4]]}
                {:index 5, :time 6000, :type :fail, :process 0, :f :cas, :value [7 [3 4]], :error [:timeout "x"]}
                #_{:ignored true}
                {:index 6, :time 7000, :type :invoke, :process 0, :f :cas, :value [7 [3 5]]}
                {:index 7, :time 8000, :type :info, :process 0, :f :cas, :value [7 [3 5]], :error :timeout}
                """, Dialect.REGISTER);

        assertThat(history.operations())
                .extracting(Operation::function, Operation::key, Operation::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Function.WRITE, "7", Outcome.OK),
                        org.assertj.core.groups.Tuple.tuple(Function.READ, "7", Outcome.OK),
                        org.assertj.core.groups.Tuple.tuple(Function.CAS, "7", Outcome.FAIL),
                        org.assertj.core.groups.Tuple.tuple(Function.CAS, "7", Outcome.INFO));
        assertThat(history.operations().get(1).output()).isEqualTo(Datum.of("3"));
        assertThat(history.faults()).hasSize(1);
        assertThat(verdict(history)).isEqualTo(Verdict.OK);
    }

    @Test
    void readsOneVectorOfEventsWithoutKeys() throws IOException {
        History history = read("""
                [{:type :invoke, :process 0, :f :cas, :value [nil 2]}
                 {:type :invoke, :process 1, :f :read, :value nil}
                 {:type :ok, :process 0, :f :cas, :value [nil 2]}
                 {:type :ok, :process 1, :f :read, :value 1}]
                """, Dialect.REGISTER);

        assertThat(verdict(history)).isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void readsTheSetsAndCountersOfJepsen() throws IOException {
        assertThat(verdict(read("""
                        {:type :invoke, :process 0, :f :add, :value 5}
                        {:type :ok, :process 0, :f :add, :value 5}
                        {:type :invoke, :process 0, :f :read, :value nil}
                        {:type :ok, :process 0, :f :read, :value #{}}
                        """, Dialect.SET))).isEqualTo(Verdict.VIOLATED);
        assertThat(verdict(read("""
                        {:type :invoke, :process 0, :f :add, :value 5}
                        {:type :info, :process 0, :f :add, :value 5}
                        {:type :invoke, :process 1, :f :read, :value nil}
                        {:type :ok, :process 1, :f :read, :value 5}
                        """, Dialect.COUNTER))).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{:type :invoke, :process 0, :f :read, :value nil | line 1: '}' is missing",
                "{:type :invoke, :process 0, :f :jump, :value nil} | line 1: unknown function 'jump'",
                "{:type :ok, :process 0, :f :read, :value nil} | process 0 has an outcome without a call",
                "{:type :later, :process 0, :f :read, :value nil} | unknown type 'later'",
                "{:type :invoke, :process 0, :f :write, :value nil} | the value of write is nothing (expected: one value)",
                "{:type :invoke, :process 0, :f :cas, :value 5} | (expected: what is expected, and what is new)",
                "{:process 0} | an event has no :type",
                "[1] | an event is no map",
                "{\"type\":\"invoke\"} | an event has no \"f\"",
                "{\"type\":\"invoke\"} {} | more than one object",
                "{\"type\": | line 1",
            })
    void namesWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> read(text, Dialect.REGISTER))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyFileIsAnEmptyHistoryOfWhichNothingIsKnown() throws IOException {
        assertThat(verdict(read("", Dialect.REGISTER))).isEqualTo(Verdict.UNKNOWN);
    }

    private static Verdict verdict(History history) {
        List<CheckResult> results = Checkers.check(history);
        return Checkers.verdict(results);
    }

    private static History read(String text, Dialect dialect) throws IOException {
        return HistoryFiles.read(new BufferedReader(new StringReader(text)), "test", dialect);
    }
}
