package io.ringkv.client;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.PutOp;
import java.util.ArrayList;
import java.util.List;

/**
 * Several changes that happen together or not at all. Their keys must lie on one shard; give them a common hash tag, such
 * as <code>{user1}</code>, to make sure of that. Each operation sees the effects of those before it. Immutable.
 */
public final class Batch {

    private final BatchOp operation;
    private final List<Bytes> keys;

    private Batch(BatchOp operation, List<Bytes> keys) {
        this.operation = operation;
        this.keys = List.copyOf(keys);
    }

    /** Starts an empty batch. */
    public static Builder builder() {
        return new Builder();
    }

    /** Keys of the operations, in their order. */
    public List<Bytes> keys() {
        return keys;
    }

    /** The batch as it travels. */
    public BatchOp toOperation() {
        return operation;
    }

    /** Collects operations. Used by one thread. */
    public static final class Builder {

        private final BatchOp.Builder items = BatchOp.newBuilder();
        private final List<Bytes> keys = new ArrayList<>();
        private long bytes;

        private Builder() {}

        /** Sets the value of a key. */
        public Builder put(Bytes key, Bytes value) {
            count(key, value);
            PutOp.Builder put = PutOp.newBuilder().setKey(Operations.view(key)).setValue(Operations.view(value));
            items.addItems(BatchItem.newBuilder().setPut(put));
            return this;
        }

        /** Removes a key, if it exists. */
        public Builder delete(Bytes key) {
            count(key, Bytes.empty());
            items.addItems(
                    BatchItem.newBuilder().setDelete(DeleteOp.newBuilder().setKey(Operations.view(key))));
            return this;
        }

        /** Sets the value of a key if the expectation holds; else nothing of the batch happens. */
        public Builder compareAndSet(Bytes key, Expectation expectation, Bytes value) {
            count(key, value);
            items.addItems(BatchItem.newBuilder()
                    .setCompareAndSet(condition(key, expectation).setValue(Operations.view(value))));
            return this;
        }

        /** Removes a key if the expectation holds; else nothing of the batch happens. */
        public Builder compareAndDelete(Bytes key, Expectation expectation) {
            count(key, Bytes.empty());
            items.addItems(BatchItem.newBuilder()
                    .setCompareAndSet(condition(key, expectation).setDelete(true)));
            return this;
        }

        /** Adds to a counter; if that is not possible, nothing of the batch happens. */
        public Builder increment(Bytes key, long delta) {
            count(key, Bytes.empty());
            items.addItems(BatchItem.newBuilder()
                    .setIncrement(IncrementOp.newBuilder()
                            .setKey(Operations.view(key))
                            .setDelta(delta)));
            return this;
        }

        /** Number of operations so far. */
        public int size() {
            return keys.size();
        }

        /**
         * The batch.
         *
         * @throws io.ringkv.common.error.RingKvException BATCH_EMPTY, BATCH_TOO_MANY_KEYS or BATCH_TOO_LARGE
         */
        public Batch build() {
            LimitChecks.checkBatch(keys.size(), bytes);
            return new Batch(items.build(), keys);
        }

        private void count(Bytes key, Bytes value) {
            LimitChecks.checkKeyLength(key.size());
            LimitChecks.checkValueLength(value.size());
            bytes += key.size() + value.size();
            keys.add(key);
        }

        private CompareAndSetOp.Builder condition(Bytes key, Expectation expectation) {
            if (expectation instanceof Expectation.HasValue expected) {
                LimitChecks.checkValueLength(expected.value().size());
                bytes += expected.value().size();
            }
            return Operations.condition(key, expectation);
        }
    }
}
