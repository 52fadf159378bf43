package io.ringkv.server.disk;

/**
 * From when on a disk is too full to let data grow, and when it may grow again. The two marks lie apart, so that a disk at
 * the mark does not change its mind with every snapshot. Pure.
 *
 * @param readOnlyPercent growth is refused once so much of the disk is used, by whomever; 100 = never
 * @param resumePercent growth is taken again once no more than this is used; at most {@code readOnlyPercent}
 * @param enoughFreeBytes with so much free a disk is never too full, whatever its size; 0 = the percentage alone decides
 */
public record DiskWatermarks(int readOnlyPercent, int resumePercent, long enoughFreeBytes) {

    private static final int PERCENT = 100;
    /** What has to be freed before growth is taken again, in percent of the disk. */
    private static final int HYSTERESIS_PERCENT = 2;

    /** Checks the bounds. */
    public DiskWatermarks {
        if (readOnlyPercent < 1 || readOnlyPercent > PERCENT || resumePercent < 0 || resumePercent > readOnlyPercent) {
            throw new IllegalArgumentException("read-only at " + readOnlyPercent + " %, resume at " + resumePercent
                    + " % (expected: 1 to 100, and 0 to the first)");
        }
        if (enoughFreeBytes < 0) {
            throw new IllegalArgumentException("enoughFreeBytes: " + enoughFreeBytes + " (expected: 0 or more)");
        }
    }

    /** Resumes two percent below the mark. */
    public static DiskWatermarks of(int readOnlyPercent, long enoughFreeBytes) {
        return new DiskWatermarks(readOnlyPercent, Math.max(0, readOnlyPercent - HYSTERESIS_PERCENT), enoughFreeBytes);
    }

    /**
     * Whether growth is to be refused from now on.
     *
     * @param before whether it was until now
     * @param totalBytes 0 when unknown: nothing is refused then
     */
    boolean isReadOnly(boolean before, long freeBytes, long totalBytes) {
        boolean isEnough = enoughFreeBytes > 0 && freeBytes >= enoughFreeBytes;
        if (totalBytes <= 0 || readOnlyPercent == PERCENT || isEnough) {
            return false;
        }
        double used = usedPercent(freeBytes, totalBytes);
        return before ? used > resumePercent : used >= readOnlyPercent;
    }

    static double usedPercent(long freeBytes, long totalBytes) {
        return PERCENT - (double) PERCENT * Math.max(0, Math.min(freeBytes, totalBytes)) / totalBytes;
    }
}
