package io.ringkv.manager.placement;

/** Why a server cannot be given a replica of a shard. In the order in which they are looked for. */
enum Obstacle {
    GONE("gone"),
    LEAVING("being emptied"),
    NOT_TAKEN_IN("not yet taken in"),
    IN_MAINTENANCE("in maintenance"),
    SILENT("silent"),
    HOLDS_REPLICA("with a replica of it already"),
    ZONE_FULL("in a zone that holds enough of its replicas"),
    DISK_FULL("with too little free disk");

    private final String text;

    Obstacle(String text) {
        this.text = text;
    }

    /** For people, after a number of servers or a server's name and "is". */
    String text() {
        return text;
    }
}
