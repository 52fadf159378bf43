package io.ringkv.testing.lab.workload;

import io.ringkv.client.Bytes;
import io.ringkv.client.KeyValue;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A set of unique elements, each a key of its own, read as a whole in the end. Sees loss cheaply. */
public final class SetWorkload implements Workload {
    private static final String SET = "set";

    private final KeySpace space;
    private final AtomicLong elements = new AtomicLong();

    /** A new set. */
    public SetWorkload(KeySpace space) {
        this.space = space;
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        return () -> add(Long.toString(elements.getAndIncrement()));
    }

    @Override
    public List<Call> lastCalls() {
        return List.of(members());
    }

    private Call add(String element) {
        return new Call(Function.ADD, SET, Datum.of(element), access -> {
            access.blocking().put(space.part(SET, element), Bytes.utf8(element), access.write());
            return Answer.done();
        });
    }

    private Call members() {
        return new Call(Function.MEMBERS, SET, Datum.nothing(), access -> {
            List<Datum> found = new ArrayList<>();
            ScanRequest request = ScanRequest.prefix(space.parts(SET)).withTimeout(access.timeout());
            try (Scan scan = access.blocking().scan(request)) {
                while (scan.hasNext()) {
                    KeyValue entry = scan.next();
                    found.add(Datum.of(entry.value().toUtf8()));
                }
            }
            return Answer.of(Datum.of(found));
        });
    }
}
