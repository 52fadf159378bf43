package io.ringkv.server.engine;

import org.jspecify.annotations.Nullable;

/**
 * What one page of a scan asks for. Limits are already checked and filled in.
 *
 * @param start first key, inclusive; empty = from the beginning
 * @param end end, exclusive; null = to the end
 * @param limit most entries of the page, 1 or more
 * @param byteLimit the page ends after about so many bytes of keys and values; at least one entry is returned
 * @param keysOnly leave the values out
 */
public record ScanRange(byte[] start, byte @Nullable [] end, int limit, int byteLimit, boolean keysOnly) {}
