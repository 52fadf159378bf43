package io.ringkv.client;

import java.util.List;

/**
 * Part of a scan, in the order of keys.
 *
 * @param entries what was found; may be empty only if nothing is left
 * @param more whether there may be more
 */
public record ScanPage(List<KeyValue> entries, boolean more) {

    /** Copies the list. */
    public ScanPage {
        entries = List.copyOf(entries);
    }
}
