package io.ringkv.manager.placement;

/** Why a change is proposed. In order of urgency. */
public enum PlacementRule {
    /** A replica on a dead server is replaced, or removed if the shard has voters enough. */
    REPLACE_DEAD("replace-dead"),
    /** A shard with too few voters gets one more. */
    ADD_MISSING("add-missing"),
    /** Leaders leave a server that is being emptied, in maintenance, or read-only. */
    LEAD_ELSEWHERE("lead-elsewhere"),
    /** Replicas leave a server that is being emptied. */
    EMPTY_SERVER("empty-server"),
    /** A shard has more replicas in one zone than it needs to. */
    SPREAD_ZONES("spread-zones"),
    /** A shard with too many voters loses one. */
    REMOVE_SURPLUS("remove-surplus"),
    /** A server holds at least two replicas more than another could. */
    EVEN_REPLICAS("even-replicas"),
    /** A server leads at least two shards more than another could. */
    EVEN_LEADERS("even-leaders"),
    /** A server holds clearly more data than the average. */
    EVEN_LOAD("even-load");

    private final String text;

    PlacementRule(String text) {
        this.text = text;
    }

    /** Name for people and reports. */
    public String text() {
        return text;
    }

    /** Whether it mends what is wrong, as opposed to evening out what is merely uneven. */
    public boolean isRepair() {
        return compareTo(EVEN_REPLICAS) < 0;
    }
}
