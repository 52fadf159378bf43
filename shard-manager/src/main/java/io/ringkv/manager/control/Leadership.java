package io.ringkv.manager.control;

import io.ringkv.common.id.ManagerId;
import org.jspecify.annotations.Nullable;

/**
 * Who leads the manager group, as one member sees it.
 *
 * @param isLeader this member leads, and has applied everything that was committed before it was elected
 * @param term the term it sees; 0 before the group exists
 * @param leader who leads, null if unknown
 */
public record Leadership(
        boolean isLeader, long term, @Nullable ManagerId leader) {

    /** Nobody leads, as there is no group. */
    public static final Leadership NONE = new Leadership(false, 0, null);
}
