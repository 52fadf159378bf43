package io.ringkv.client;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import java.time.Duration;
import java.util.Objects;

/**
 * What to scan. The three bounds hold together; an empty one does not bound. Immutable; every {@code with} method returns
 * a changed copy.
 *
 * @param start first key, inclusive
 * @param end end of the keys, exclusive
 * @param prefix what all keys begin with
 * @param limit most entries to return in all; 0 = no limit
 * @param keysOnly leave values out; default false
 * @param pageEntries most entries in one {@link ScanPage}, 1 to 1000, default 1000
 * @param consistency what each page may return; default {@link Consistency#LINEARIZABLE}
 * @param timeout 1 ms to 5 min for each page; default 5 s
 */
public record ScanRequest(
        Bytes start,
        Bytes end,
        Bytes prefix,
        long limit,
        boolean keysOnly,
        int pageEntries,
        Consistency consistency,
        Duration timeout) {

    private static final ScanRequest ALL = new ScanRequest(
            Bytes.empty(),
            Bytes.empty(),
            Bytes.empty(),
            0,
            false,
            Limits.MAX_SCAN_PAGE_ENTRIES,
            Consistency.LINEARIZABLE,
            Duration.ofMillis(Limits.DEFAULT_REQUEST_TIMEOUT_MILLIS));

    /**
     * Checks the bounds.
     *
     * @throws io.ringkv.common.error.RingKvException KEY_TOO_LARGE, SCAN_LIMIT_INVALID or TIMEOUT_INVALID
     * @throws IllegalArgumentException if the limit is negative
     */
    public ScanRequest {
        Objects.requireNonNull(consistency, "consistency");
        checkBound(start);
        checkBound(end);
        checkBound(prefix);
        LimitChecks.checkScanPageEntries(pageEntries);
        LimitChecks.checkRequestTimeoutMillis(timeout.toMillis());
        if (limit < 0) {
            throw new IllegalArgumentException("scan limit: " + limit + " (expected: 0 or more)");
        }
    }

    /** One byte more than a key is allowed: the successor of the longest key is a bound too. */
    private static void checkBound(Bytes bound) {
        if (bound.size() > 1) {
            LimitChecks.checkKeyLength(bound.size() - 1);
        }
    }

    /** All keys. */
    public static ScanRequest all() {
        return ALL;
    }

    /** The keys that begin with the prefix. */
    public static ScanRequest prefix(Bytes prefix) {
        return new ScanRequest(ALL.start, ALL.end, prefix, 0, false, ALL.pageEntries, ALL.consistency, ALL.timeout);
    }

    /** The keys from {@code start} to before {@code end}; an empty one does not bound. */
    public static ScanRequest range(Bytes start, Bytes end) {
        return new ScanRequest(start, end, ALL.prefix, 0, false, ALL.pageEntries, ALL.consistency, ALL.timeout);
    }

    /** The same from another first key on, such as where an earlier scan ended. */
    public ScanRequest withStart(Bytes changed) {
        return new ScanRequest(changed, end, prefix, limit, keysOnly, pageEntries, consistency, timeout);
    }

    /** The same with another limit; 0 = none. */
    public ScanRequest withLimit(long changed) {
        return new ScanRequest(start, end, prefix, changed, keysOnly, pageEntries, consistency, timeout);
    }

    /** The same without, or with, values. */
    public ScanRequest withKeysOnly(boolean changed) {
        return new ScanRequest(start, end, prefix, limit, changed, pageEntries, consistency, timeout);
    }

    /** The same with pages of another size. */
    public ScanRequest withPageEntries(int changed) {
        return new ScanRequest(start, end, prefix, limit, keysOnly, changed, consistency, timeout);
    }

    /** The same with another consistency. */
    public ScanRequest withConsistency(Consistency changed) {
        return new ScanRequest(start, end, prefix, limit, keysOnly, pageEntries, changed, timeout);
    }

    /** The same with another time limit per page. */
    public ScanRequest withTimeout(Duration changed) {
        return new ScanRequest(start, end, prefix, limit, keysOnly, pageEntries, consistency, changed);
    }
}
