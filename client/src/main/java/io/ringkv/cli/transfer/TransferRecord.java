package io.ringkv.cli.transfer;

import io.ringkv.client.Bytes;

/**
 * One key with its value, on its way in or out.
 *
 * @param key the key
 * @param value the value
 */
record TransferRecord(Bytes key, Bytes value) {}
