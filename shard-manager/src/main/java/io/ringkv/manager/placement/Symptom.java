package io.ringkv.manager.placement;

/**
 * Something wrong, before it is decided what to do about it.
 *
 * @param kind what
 * @param spare how many more voters the shard could lose before it stops serving, negative if it has; 0 for a server
 * @param shard number of the shard, or {@link Layout#NONE}
 * @param server number of the server, or {@link Layout#NONE}
 */
record Symptom(FindingKind kind, int spare, int shard, int server) {}
