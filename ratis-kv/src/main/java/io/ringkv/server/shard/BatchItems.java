package io.ringkv.server.shard;

import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.log.OperationCursor;

/** Walks over the items of a batch in place. One thread; reused. */
final class BatchItems {

    private final FieldCursor batch = new FieldCursor();
    private final FieldCursor item = new FieldCursor();
    private int index = -1;
    private LogOperationType type = LogOperationType.PUT;
    private int offset;
    private int length;

    /** Starts before the first item of the operation at hand. */
    void reset(OperationCursor operation) {
        batch.reset(operation.array(), operation.bodyOffset(), operation.bodyLength());
        index = -1;
    }

    /**
     * Moves to the next item.
     *
     * @return false at the end
     * @throws MalformedBytesException if the bytes are no batch
     */
    boolean next() {
        for (int field = batch.next(); field != 0; field = batch.next()) {
            if (field == 1) {
                index++;
                batch.expectDelimited();
                readItem();
                return true;
            }
        }
        return false;
    }

    private void readItem() {
        boolean found = false;
        item.reset(batch.array(), batch.offset(), batch.length());
        for (int field = item.next(); field != 0; field = item.next()) {
            // Fields 1 to 4 of BatchItem are the operations with these very type numbers. As in every oneof, the last
            // counts.
            if (field <= LogOperationType.INCREMENT.number()) {
                item.expectDelimited();
                LogOperationType known = LogOperationType.ofNumber(field);
                type = known == null ? type : known;
                offset = item.offset();
                length = item.length();
                found = true;
            }
        }
        if (!found) {
            throw new MalformedBytesException("batch item " + index + " holds no operation");
        }
    }

    /** Place of the item in the batch; -1 before the first. */
    int index() {
        return index;
    }

    LogOperationType type() {
        return type;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
