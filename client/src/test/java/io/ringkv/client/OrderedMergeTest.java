package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrderedMergeTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void equalsSortingEverything(long seed) {
        Random random = new Random(seed);
        int sources = 1 + random.nextInt(6);
        List<List<KeyValue>> rest = new ArrayList<>();
        TreeSet<Bytes> all = new TreeSet<>();
        for (int i = 0; i < sources; i++) {
            TreeSet<Bytes> keys = new TreeSet<>();
            for (int j = random.nextInt(200); j > 0; j--) {
                Bytes key = Bytes.utf8(Integer.toString(random.nextInt(100_000)));
                if (all.add(key)) {
                    keys.add(key);
                }
            }
            rest.add(new ArrayList<>(keys.stream().map(OrderedMergeTest::entry).toList()));
        }

        OrderedMerge merge = new OrderedMerge(sources);
        boolean[] ended = new boolean[sources];
        List<Bytes> merged = new ArrayList<>();
        while (!merge.isDone()) {
            int source = random.nextInt(sources);
            if (!ended[source]) {
                List<KeyValue> from = rest.get(source);
                int take = random.nextInt(Math.min(20, from.size() + 1));
                List<KeyValue> piece = List.copyOf(from.subList(0, take));
                from.subList(0, take).clear();
                ended[source] = from.isEmpty();
                merge.add(source, piece, ended[source]);
            }
            for (KeyValue next = merge.poll(); next != null; next = merge.poll()) {
                merged.add(next.key());
            }
        }

        assertThat(merged).as("seed %d", seed).containsExactlyElementsOf(all);
    }

    @Test
    void waitsForASourceThatMayHaveASmallerKey() {
        OrderedMerge merge = new OrderedMerge(2);
        merge.add(0, List.of(entry(Bytes.utf8("b"))), true);

        assertThat(merge.poll()).isNull();
        assertThat(merge.isDone()).isFalse();
        merge.add(1, List.of(entry(Bytes.utf8("a"))), false);
        assertThat(merge.poll()).isEqualTo(entry(Bytes.utf8("a")));
        assertThat(merge.poll()).as("source 1 may have another before b").isNull();
        merge.add(1, List.of(), true);
        assertThat(merge.poll()).isEqualTo(entry(Bytes.utf8("b")));
        assertThat(merge.isDone()).isTrue();
    }

    @Test
    void nothingCanBeAddedToASourceThatEnded() {
        OrderedMerge merge = new OrderedMerge(1);
        merge.add(0, List.of(), true);

        assertThatThrownBy(() -> merge.add(0, List.of(), true)).isInstanceOf(IllegalStateException.class);
    }

    private static KeyValue entry(Bytes key) {
        return new KeyValue(key, Bytes.empty(), 1, 1, 1);
    }
}
