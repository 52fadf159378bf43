package io.ringkv.server.agent;

/** Disk space of the data directory, for reports. */
public interface HostSpace {

    /** Bytes still free; 0 when unknown. */
    long freeBytes();

    /** Bytes in total; 0 when unknown. */
    long totalBytes();
}
