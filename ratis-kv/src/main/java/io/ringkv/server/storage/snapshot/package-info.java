/**
 * Snapshot files: a format of our own, checksummed throughout, so that no other library's file format is ever trusted with
 * the truth and storage engines can change. Byte by byte in docs/formats.md.
 */
@NullMarked
package io.ringkv.server.storage.snapshot;

import org.jspecify.annotations.NullMarked;
