package io.ringkv.testing.lab.workload;

import io.ringkv.client.Bytes;
import io.ringkv.client.CompareAndSetResult;
import io.ringkv.client.DeleteResult;
import io.ringkv.client.Expectation;
import io.ringkv.client.GetResult;
import io.ringkv.client.KeyValue;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Registers under read, write, cas, delete and increment. Reads go to leaders, or with the session token of all callers to
 * any replica.
 */
public final class RegisterWorkload implements Workload {
    private final KeySpace space;
    private final List<String> keys;
    private final int callers;

    /**
     * @param keys names of the registers
     * @param callers most callers there will be
     */
    public RegisterWorkload(KeySpace space, List<String> keys, int callers) {
        this.space = space;
        this.keys = List.copyOf(keys);
        this.callers = callers;
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        return new Caller(new OwnValues(number, callers), random)::next;
    }

    @Override
    public List<Call> lastCalls() {
        return keys.stream().map(this::read).toList();
    }

    /** One caller; remembers what it saw last, to have something to compare with. */
    private final class Caller {
        private final OwnValues values;
        private final SplittableRandom random;
        private final Map<String, Datum> seen = new HashMap<>();

        Caller(OwnValues values, SplittableRandom random) {
            this.values = values;
            this.random = random;
        }

        Call next() {
            String key = keys.get(random.nextInt(keys.size()));
            int choice = random.nextInt(100);
            if (choice < 35) {
                return noting(key, read(key));
            }
            if (choice < 45) {
                return noting(key, sessionRead(key));
            }
            if (choice < 75) {
                return write(key);
            }
            if (choice < 90) {
                return compareAndSet(key);
            }
            return choice < 94 ? delete(key) : increment(key);
        }

        private Call noting(String key, Call read) {
            return new Call(read.function(), key, read.input(), access -> {
                Answer answer = read.action().perform(access);
                seen.put(key, answer.output());
                return answer;
            });
        }

        private Call write(String key) {
            String value = values.next();
            return new Call(Function.WRITE, key, Datum.of(value), access -> {
                access.blocking().put(space.key(key), Bytes.utf8(value), access.write());
                seen.put(key, Datum.of(value));
                return Answer.done();
            });
        }

        private Call compareAndSet(String key) {
            Datum expected = seen.getOrDefault(key, Datum.nothing());
            String text = expected.text();
            String value = values.next();
            Expectation expectation = text == null ? Expectation.absent() : Expectation.value(Bytes.utf8(text));
            return new Call(Function.CAS, key, Datum.of(List.of(expected, Datum.of(value))), access -> {
                CompareAndSetResult result =
                        access.blocking().compareAndSet(space.key(key), expectation, Bytes.utf8(value), access.write());
                if (result.applied()) {
                    seen.put(key, Datum.of(value));
                    return Answer.done();
                }
                Answer answer = refusal(result);
                seen.put(key, answer.output());
                return answer;
            });
        }
    }

    /** What was there is known if the answer has it, or says that there was nothing. */
    private static Answer refusal(CompareAndSetResult result) {
        if (result.current().isPresent()) {
            return Answer.refused(Datum.of(KeySpace.text(result.current().get().value())));
        }
        boolean absent = result.revision() == 0 && result.refusal().orElse(null) == ErrorCode.VALUE_MISMATCH;
        return absent ? Answer.refused(Datum.nothing()) : Answer.refusedUnseen();
    }

    private Call read(String key) {
        return new Call(
                Function.READ,
                key,
                Datum.nothing(),
                access -> value(access.blocking().get(space.key(key), access.read())));
    }

    private Call sessionRead(String key) {
        return new Call(
                Function.SESSION_READ,
                key,
                Datum.nothing(),
                access -> value(access.blocking().get(space.key(key), access.sessionRead())));
    }

    private static Answer value(GetResult result) {
        return Answer.of(result.entry()
                .map(KeyValue::value)
                .map(KeySpace::text)
                .map(Datum::of)
                .orElse(Datum.nothing()));
    }

    private Call delete(String key) {
        return new Call(Function.DELETE, key, Datum.nothing(), access -> {
            DeleteResult result = access.blocking().delete(space.key(key), access.write());
            return Answer.of(Datum.of(Boolean.toString(result.existed())));
        });
    }

    private Call increment(String key) {
        return new Call(
                Function.INCREMENT,
                key,
                Datum.of(1),
                access -> Answer.of(Datum.of(access.blocking()
                        .increment(space.key(key), 1, access.write())
                        .value())));
    }
}
