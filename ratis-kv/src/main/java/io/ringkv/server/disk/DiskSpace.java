package io.ringkv.server.disk;

/** Space on the disk of the data directory. */
public interface DiskSpace {

    /** Of a disk that nobody can tell anything about. */
    DiskSpace UNKNOWN = new DiskSpace() {
        @Override
        public long freeBytes() {
            return 0;
        }

        @Override
        public long totalBytes() {
            return 0;
        }
    };

    /** Bytes still free; 0 when unknown. */
    long freeBytes();

    /** Bytes in total; 0 when unknown. */
    long totalBytes();

    /** Whether it counts as too full to let data grow. */
    default boolean isReadOnly() {
        return false;
    }
}
