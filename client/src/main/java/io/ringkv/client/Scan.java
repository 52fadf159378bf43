package io.ringkv.client;

import io.ringkv.common.error.ErrorCode;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A {@link ScanCursor} as an iterator that waits for its pages. For one thread. {@link #hasNext} throws a
 * {@link io.ringkv.common.error.RingKvException} if a page cannot be read.
 */
public final class Scan implements Iterator<KeyValue>, AutoCloseable {

    private final ScanCursor cursor;
    private Iterator<KeyValue> page = List.<KeyValue>of().iterator();
    private boolean more = true;

    Scan(ScanCursor cursor) {
        this.cursor = cursor;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && more) {
            ScanPage next = BlockingRingKvClient.await(cursor.nextPage(), ErrorCode.UNAVAILABLE);
            page = next.entries().iterator();
            more = next.more();
        }
        return page.hasNext();
    }

    @Override
    public KeyValue next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the scan has ended");
        }
        return page.next();
    }

    /** The rest of the scan as a sequential stream; closing it closes the scan. */
    public Stream<KeyValue> stream() {
        int characteristics = Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, characteristics), false)
                .onClose(this::close);
    }

    /** Ends the scan early. Not needed after the last entry. */
    @Override
    public void close() {
        cursor.close();
    }
}
