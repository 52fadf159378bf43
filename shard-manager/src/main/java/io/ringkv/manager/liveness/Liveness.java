package io.ringkv.manager.liveness;

/** What the silence of a server means now. */
public enum Liveness {
    /** Heard, or not silent for long. */
    HEARD,
    /** Silent for a while; nothing is done about it yet. */
    SUSPECT,
    /** Silent for so long that it should be declared DOWN. */
    EXPIRED,
    /** Silent as long as an expired one, but so many are at once that the fault is more likely elsewhere. */
    HELD
}
