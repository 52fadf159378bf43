package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;

/** Finds everything that is wrong with a layout, shard by shard and server by server. */
final class Symptoms {

    private final Layout layout;
    private final List<Symptom> found = new ArrayList<>();

    private Symptoms(Layout layout) {
        this.layout = layout;
    }

    /** All symptoms, in no particular order; at most one of each kind per shard and server. */
    static List<Symptom> of(Layout layout, Constraints constraints) {
        Symptoms symptoms = new Symptoms(layout);
        for (int shard = 0; shard < layout.shards(); shard++) {
            symptoms.lookAtShard(shard);
        }
        for (int server = 0; server < layout.servers(); server++) {
            symptoms.lookAtDisk(constraints, server);
        }
        return symptoms.found;
    }

    private void lookAtShard(int shard) {
        int spare = spare(shard);
        if (spare < 0) {
            found.add(new Symptom(FindingKind.UNDER_MAJORITY, spare, shard, Layout.NONE));
            return;
        }
        if (layout.shard(shard).isBusy()) {
            // What is under way changes all of this; it is looked at again when it is done.
            return;
        }
        int[] voters = layout.voters(shard);
        int wanted = layout.view().replicationFactor();
        for (int voter : voters) {
            switch (layout.standing(voter)) {
                case DEAD -> found.add(new Symptom(FindingKind.DEAD_REPLICA, spare, shard, voter));
                case LEAVING -> found.add(new Symptom(FindingKind.DRAINING_REPLICA, spare, shard, voter));
                case SERVING, RESTING -> {}
            }
        }
        if (voters.length < wanted) {
            found.add(new Symptom(FindingKind.TOO_FEW_REPLICAS, spare, shard, Layout.NONE));
        } else if (voters.length > wanted) {
            found.add(new Symptom(FindingKind.TOO_MANY_REPLICAS, spare, shard, Layout.NONE));
        }
        if (isLedFromWrongServer(shard)) {
            found.add(new Symptom(FindingKind.LEADER_TO_GO, spare, shard, layout.leader(shard)));
        }
        if (voters.length <= wanted && hasCrowdedZone(shard)) {
            found.add(new Symptom(FindingKind.CROWDED_ZONE, spare, shard, Layout.NONE));
        }
    }

    /** By the voters it has now, whatever is under way. */
    private int spare(int shard) {
        List<ServerId> voters = layout.shard(shard).voters();
        int alive = 0;
        for (ServerId voter : voters) {
            if (layout.isAlive(layout.number(voter))) {
                alive++;
            }
        }
        return alive - (voters.size() / 2 + 1);
    }

    private boolean isLedFromWrongServer(int shard) {
        int leader = layout.leader(shard);
        if (leader == Layout.NONE || !layout.isAlive(leader)) {
            // Nobody can be told to pass it on; the shard elects another by itself.
            return false;
        }
        boolean isToBeSpared = layout.server(leader).isReadOnly() && Successors.hasWritable(layout, shard, leader);
        return isToBeSpared
                || layout.standing(leader) == ServerStanding.LEAVING
                || layout.server(leader).isInMaintenance();
    }

    private boolean hasCrowdedZone(int shard) {
        for (int voter : layout.voters(shard)) {
            int zone = layout.zoneOf(voter);
            if (layout.isPlace(voter) && layout.stayingInZone(shard, zone, Layout.NONE) > layout.zoneLimit(zone)) {
                return true;
            }
        }
        return false;
    }

    private void lookAtDisk(Constraints constraints, int server) {
        ServerView seen = layout.server(server);
        if (layout.standing(server) == ServerStanding.SERVING
                && seen.diskTotalBytes() > 0
                && seen.diskFreeBytes() < constraints.reserveBytes(seen)) {
            found.add(new Symptom(FindingKind.DISK_FULL, 0, Layout.NONE, server));
        }
    }
}
