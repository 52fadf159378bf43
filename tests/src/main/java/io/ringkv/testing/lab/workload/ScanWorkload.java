package io.ringkv.testing.lab.workload;

import io.ringkv.client.Bytes;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Entries over all shards, of which half come and go while scans walk over them in small pages. */
public final class ScanWorkload implements Workload {
    private static final String ENTRIES = "scan";
    private static final int LASTING = 100;
    private static final int CHANGING = 100;
    private static final int PAGE = 17;

    private final KeySpace space;

    /** New entries. */
    public ScanWorkload(KeySpace space) {
        this.space = space;
    }

    @Override
    public List<Call> firstCalls() {
        return IntStream.range(0, LASTING)
                .mapToObj(number -> insert(name(2 * number)))
                .toList();
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        return () -> {
            String name = name(2 * random.nextInt(CHANGING) + 1);
            int choice = random.nextInt(20);
            return choice == 0 ? scan() : choice < 11 ? insert(name) : remove(name);
        };
    }

    @Override
    public List<Call> lastCalls() {
        return List.of(scan());
    }

    private static String name(int number) {
        return "%03d".formatted(number);
    }

    private Call insert(String name) {
        return new Call(Function.INSERT, ENTRIES, Datum.of(name), access -> {
            access.blocking().put(space.part(ENTRIES, name), Bytes.utf8(name), access.write());
            return Answer.done();
        });
    }

    private Call remove(String name) {
        return new Call(Function.REMOVE, ENTRIES, Datum.of(name), access -> {
            access.blocking().delete(space.part(ENTRIES, name), access.write());
            return Answer.done();
        });
    }

    private Call scan() {
        return new Call(Function.SCAN, ENTRIES, Datum.nothing(), access -> {
            List<Datum> found = new ArrayList<>();
            Bytes prefix = space.parts(ENTRIES);
            ScanRequest request =
                    ScanRequest.prefix(prefix).withPageEntries(PAGE).withTimeout(access.timeout());
            try (Scan scan = access.blocking().scan(request)) {
                while (scan.hasNext()) {
                    found.add(Datum.of(scan.next().key().toUtf8().substring(prefix.size())));
                }
            }
            return Answer.of(Datum.of(found));
        });
    }
}
