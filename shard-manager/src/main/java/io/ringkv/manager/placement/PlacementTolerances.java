package io.ringkv.manager.placement;

/**
 * What the planner lets be.
 *
 * @param diskReservePercent a server is given no replica that would leave less of its disk free; too small fills disks, too
 *     large wastes them
 * @param loadPercent data of a server may be above the average by so much before it is evened out; too small moves data for
 *     nothing, too large leaves full servers beside empty ones
 * @param loadBytes and by at least so many bytes: below that, moving costs more than it gains
 */
public record PlacementTolerances(int diskReservePercent, int loadPercent, long loadBytes) {

    /** 20 % of the disk, 25 % above average, 1 GiB. */
    public static final PlacementTolerances USUAL = new PlacementTolerances(20, 25, 1L << 30);

    /** @throws IllegalArgumentException if a number is out of bounds */
    public PlacementTolerances {
        if (diskReservePercent < 0 || diskReservePercent > 99 || loadPercent < 1 || loadBytes < 1) {
            throw new IllegalArgumentException(
                    "disk reserve " + diskReservePercent + " %, load " + loadPercent + " % and " + loadBytes
                            + " bytes above average (expected: 0 to 99 %, 1 % or more, 1 byte or more)");
        }
    }
}
