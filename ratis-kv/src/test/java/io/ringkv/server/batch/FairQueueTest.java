package io.ringkv.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private record Item(String client, int number, int bytes) {}

    private final FairQueue<Item> queue = new FairQueue<>(Item::bytes);

    @Test
    void servesClientsInTurnAndEachClientInOrder() {
        add("a", 1);
        add("a", 2);
        add("a", 3);
        add("b", 1);
        add("c", 1);
        add("c", 2);

        assertThat(pollAll()).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
    }

    @Test
    void forgetsClientsWithoutItems() {
        add("a", 1);
        queue.poll();

        assertThat(queue.bytesOf("a")).isZero();
        assertThat(queue.poll()).isNull();
        assertThat(queue.nextBytes()).isZero();
    }

    @Test
    void removesMatchingItemsAndKeepsTheOrderOfTheRest() {
        add("a", 1);
        add("a", 2);
        add("b", 1);

        List<Item> removed = queue.removeIf(item -> item.number() == 1);

        assertThat(removed).extracting(Item::client).containsExactly("a", "b");
        assertThat(pollAll()).containsExactly("a2");
    }

    /** Against a list per client, asked in the order in which the clients became known or were last served. */
    @RepeatedTest(20)
    void agreesWithANaiveQueue(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        Map<String, List<Item>> naive = new LinkedHashMap<>();
        int number = 0;
        for (int step = 0; step < 2000; step++) {
            int action = random.nextInt(10);
            if (action < 5) {
                Item item = new Item("c" + random.nextInt(5), number++, random.nextInt(100));
                queue.add(item.client(), item);
                naive.computeIfAbsent(item.client(), client -> new ArrayList<>())
                        .add(item);
            } else if (action < 9) {
                assertThat(queue.poll()).as("seed %d, step %d", seed, step).isEqualTo(naivePoll(naive));
            } else {
                int unlucky = random.nextInt(7);
                queue.removeIf(item -> item.number() % 7 == unlucky);
                naive.values().forEach(items -> items.removeIf(item -> item.number() % 7 == unlucky));
                naive.values().removeIf(List::isEmpty);
            }
            assertThat(queue.size())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(naive.values().stream().mapToInt(List::size).sum());
            assertThat(queue.bytes())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(naive.values().stream()
                            .flatMap(List::stream)
                            .mapToInt(Item::bytes)
                            .sum());
        }
    }

    private static @Nullable Item naivePoll(Map<String, List<Item>> naive) {
        if (naive.isEmpty()) {
            return null;
        }
        Map.Entry<String, List<Item>> turn = naive.entrySet().iterator().next();
        String client = turn.getKey();
        List<Item> items = turn.getValue();
        naive.remove(client);
        Item first = items.remove(0);
        if (!items.isEmpty()) {
            naive.put(client, items);
        }
        return first;
    }

    private void add(String client, int number) {
        queue.add(client, new Item(client, number, 10));
    }

    private List<String> pollAll() {
        List<String> served = new ArrayList<>();
        for (Item item = queue.poll(); item != null; item = queue.poll()) {
            served.add(item.client() + item.number());
        }
        return served;
    }
}
