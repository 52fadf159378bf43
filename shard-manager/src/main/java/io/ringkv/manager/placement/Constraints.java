package io.ringkv.manager.placement;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of every replica the planner places, whatever it gains: another server than those of the shard's other
 * replicas; a server that is ACTIVE, heard and not in maintenance; a zone that does not hold its share of the shard yet;
 * enough free disk.
 *
 * <p>Reads a layout while it changes. Used by one thread.
 */
final class Constraints {

    private static final int PERCENT = 100;

    private final Layout layout;

    Constraints(Layout layout) {
        this.layout = layout;
    }

    /**
     * What stands against a replica there, or null if nothing does.
     *
     * @param source server whose replica it would take the place of, or {@link Layout#NONE}
     */
    @Nullable
    Obstacle obstacle(int shard, int source, int target) {
        Obstacle ofServer = obstacleOfServer(target);
        if (ofServer != null) {
            return ofServer;
        }
        if (layout.holds(target, shard)) {
            return Obstacle.HOLDS_REPLICA;
        }
        if (!hasRoomInZone(shard, source, layout.zoneOf(target))) {
            return Obstacle.ZONE_FULL;
        }
        return hasFreeDisk(shard, target) ? null : Obstacle.DISK_FULL;
    }

    private @Nullable Obstacle obstacleOfServer(int target) {
        ServerView server = layout.server(target);
        return switch (layout.standing(target)) {
            case SERVING -> null;
            case DEAD -> Obstacle.GONE;
            case LEAVING -> Obstacle.LEAVING;
            case RESTING -> {
                if (server.isInMaintenance()) {
                    yield Obstacle.IN_MAINTENANCE;
                }
                yield server.isHeard() ? Obstacle.NOT_TAKEN_IN : Obstacle.SILENT;
            }
        };
    }

    /** Whether one more replica of the shard may stand in the zone, its source being gone. */
    boolean hasRoomInZone(int shard, int source, int zone) {
        return layout.stayingInZone(shard, zone, source) < layout.zoneLimit(zone);
    }

    /** Whether the shard's data fits on the server's disk, beside all that is on its way and what has to stay free. */
    boolean hasFreeDisk(int shard, int target) {
        ServerView server = layout.server(target);
        if (server.diskTotalBytes() == 0) {
            return true;
        }
        long left = server.diskFreeBytes()
                - layout.incomingBytes(target)
                - layout.shard(shard).dataBytes();
        return left >= reserveBytes(server);
    }

    /** How much of a server's disk is to stay free. */
    long reserveBytes(ServerView server) {
        return server.diskTotalBytes() / PERCENT * layout.view().tolerances().diskReservePercent();
    }

    /**
     * Why no server can be given a replica of the shard: how many servers have which obstacle. Servers that are gone are
     * not spoken of.
     */
    String whyNoTarget(int shard, int source) {
        Map<Obstacle, Integer> counts = new EnumMap<>(Obstacle.class);
        for (int server = 0; server < layout.servers(); server++) {
            Obstacle obstacle = obstacle(shard, source, server);
            if (obstacle != null && obstacle != Obstacle.GONE) {
                counts.merge(obstacle, 1, Integer::sum);
            }
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((obstacle, count) -> parts.add(count + " " + obstacle.text()));
        return parts.isEmpty() ? "there is no other" : String.join(", ", parts);
    }
}
