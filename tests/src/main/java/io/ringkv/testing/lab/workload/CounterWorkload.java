package io.ringkv.testing.lab.workload;

import io.ringkv.client.Bytes;
import io.ringkv.client.KeyValue;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.List;
import java.util.SplittableRandom;

/** Counters that are incremented by one, and sometimes read. */
public final class CounterWorkload implements Workload {
    private final KeySpace space;
    private final List<String> keys;

    /** @param keys names of the counters */
    public CounterWorkload(KeySpace space, List<String> keys) {
        this.space = space;
        this.keys = List.copyOf(keys);
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        return () -> {
            String key = keys.get(random.nextInt(keys.size()));
            return random.nextInt(10) == 0 ? total(key) : count(key);
        };
    }

    @Override
    public List<Call> lastCalls() {
        return keys.stream().map(this::total).toList();
    }

    private Call count(String key) {
        return new Call(
                Function.COUNT,
                key,
                Datum.of(1),
                access -> Answer.of(Datum.of(access.blocking()
                        .increment(space.key(key), 1, access.write())
                        .value())));
    }

    private Call total(String key) {
        return new Call(
                Function.TOTAL,
                key,
                Datum.nothing(),
                access -> Answer.of(access.blocking()
                        .get(space.key(key), access.read())
                        .entry()
                        .map(KeyValue::value)
                        .map(Bytes::toUtf8)
                        .map(Datum::of)
                        .orElse(Datum.nothing())));
    }
}
