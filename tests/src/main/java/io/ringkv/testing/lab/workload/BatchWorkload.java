package io.ringkv.testing.lab.workload;

import io.ringkv.client.Batch;
import io.ringkv.client.BatchResult;
import io.ringkv.client.Bytes;
import io.ringkv.client.Expectation;
import io.ringkv.client.KeyValue;
import io.ringkv.client.MultiGetResult;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Groups of keys on one shard that are always written together, with one value for all. A torn read shows half a batch. */
public final class BatchWorkload implements Workload {
    private static final int MEMBERS = 4;

    private final KeySpace space;
    private final List<String> groups;
    private final int callers;

    /**
     * @param groups names of the groups
     * @param callers most callers there will be
     */
    public BatchWorkload(KeySpace space, List<String> groups, int callers) {
        this.space = space;
        this.groups = List.copyOf(groups);
        this.callers = callers;
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        OwnValues values = new OwnValues(number, callers);
        Map<String, Datum> seen = new HashMap<>();
        return () -> {
            String group = groups.get(random.nextInt(groups.size()));
            int choice = random.nextInt(100);
            if (choice < 50) {
                return readAll(group, seen);
            }
            return choice < 80
                    ? writeAll(group, values.next())
                    : compareAndSetAll(group, seen.getOrDefault(group, Datum.nothing()), values.next());
        };
    }

    @Override
    public List<Call> lastCalls() {
        return groups.stream().map(group -> readAll(group, new HashMap<>())).toList();
    }

    private List<Bytes> members(String group) {
        return IntStream.range(0, MEMBERS)
                .mapToObj(number -> space.member(group, number))
                .toList();
    }

    private Call writeAll(String group, String value) {
        return new Call(Function.WRITE_ALL, group, Datum.of(value), access -> {
            Batch.Builder batch = Batch.builder();
            members(group).forEach(key -> batch.put(key, Bytes.utf8(value)));
            access.blocking().batch(batch.build(), access.write());
            return Answer.done();
        });
    }

    private Call compareAndSetAll(String group, Datum expected, String value) {
        String text = expected.text();
        Expectation expectation = text == null ? Expectation.absent() : Expectation.value(Bytes.utf8(text));
        return new Call(Function.CAS_ALL, group, Datum.of(List.of(expected, Datum.of(value))), access -> {
            Batch.Builder batch = Batch.builder();
            List<Bytes> members = members(group);
            // The condition stands last, so that a refusal has something to take back.
            members.subList(0, MEMBERS - 1).forEach(key -> batch.put(key, Bytes.utf8(value)));
            batch.compareAndSet(members.get(MEMBERS - 1), expectation, Bytes.utf8(value));
            BatchResult result = access.blocking().batch(batch.build(), access.write());
            return result.applied() ? Answer.done() : Answer.refusedUnseen();
        });
    }

    private Call readAll(String group, Map<String, Datum> seen) {
        return new Call(Function.READ_ALL, group, Datum.nothing(), access -> {
            List<Bytes> members = members(group);
            MultiGetResult result = access.blocking().multiGet(members, access.read());
            List<Datum> values = new ArrayList<>();
            for (Bytes member : members) {
                KeyValue entry = result.entries().get(member);
                values.add(
                        entry == null ? Datum.nothing() : Datum.of(entry.value().toUtf8()));
            }
            seen.put(group, values.get(0));
            return Answer.of(Datum.of(values));
        });
    }
}
