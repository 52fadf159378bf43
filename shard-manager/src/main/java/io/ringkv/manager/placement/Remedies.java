package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.operation.OperationKind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about symptoms, one after the other, and plays it on the layout.
 *
 * <p>Used once, by one thread.
 */
final class Remedies {

    private final Layout layout;
    private final Constraints constraints;
    private final TargetPlan targets;
    private final int wanted;

    /** @param targets where replicas shall go; where it says nothing, or what is not possible now, the best is chosen */
    Remedies(Layout layout, Constraints constraints, TargetPlan targets) {
        this.layout = layout;
        this.constraints = constraints;
        this.targets = targets;
        this.wanted = layout.view().replicationFactor();
    }

    /** Says what is wrong and, if something can be done now, does it on the layout. */
    Finding treat(Symptom symptom) {
        return switch (symptom.kind()) {
            case UNDER_MAJORITY -> underMajority(symptom);
            case DEAD_REPLICA -> deadReplica(symptom);
            case TOO_FEW_REPLICAS -> tooFew(symptom);
            case LEADER_TO_GO -> leaderToGo(symptom);
            case DRAINING_REPLICA -> drainingReplica(symptom);
            case CROWDED_ZONE -> crowdedZone(symptom);
            case TOO_MANY_REPLICAS -> tooMany(symptom);
            case DISK_FULL -> diskFull(symptom);
        };
    }

    private int target(int shard, int source) {
        int planned = targets.target(shard, source);
        return planned != Layout.NONE && constraints.obstacle(shard, source, planned) == null
                ? planned
                : TargetChoice.choose(layout, constraints, shard, source);
    }

    private Finding underMajority(Symptom symptom) {
        int[] voters = votersNow(symptom.shard());
        return untreated(
                symptom,
                name(symptom) + " has lost its majority: " + alive(voters) + " of " + voters.length
                        + " replicas answer. Nothing can be changed until more return of "
                        + labelsOfSilent(voters) + ".");
    }

    private Finding deadReplica(Symptom symptom) {
        int shard = symptom.shard();
        int dead = symptom.server();
        String problem = name(symptom) + " has a replica on " + layout.label(dead) + ", which is "
                + layout.server(dead).state() + ".";
        if (layout.isBusy(shard)) {
            return waiting(symptom, problem);
        }
        int voters = layout.voters(shard).length;
        if (voters > wanted) {
            return remove(symptom, dead, PlacementRule.REPLACE_DEAD, problem, voterGain(shard, -1));
        }
        int target = target(shard, dead);
        if (target == Layout.NONE) {
            return noTarget(symptom, problem, dead);
        }
        int alive = alive(layout.voters(shard));
        return change(
                symptom,
                new ShardOperation(OperationKind.REPLACE_REPLICA, id(dead), id(target)),
                PlacementRule.REPLACE_DEAD,
                problem + " It is replaced on " + layout.label(target) + ".",
                "live replicas " + alive + " to " + (alive + 1));
    }

    private Finding tooFew(Symptom symptom) {
        int shard = symptom.shard();
        String problem = name(symptom) + " has " + layout.voters(shard).length + " of " + wanted + " wanted replicas.";
        if (layout.isBusy(shard)) {
            return waiting(symptom, problem);
        }
        int target = target(shard, Layout.NONE);
        if (target == Layout.NONE) {
            return noTarget(symptom, problem, Layout.NONE);
        }
        return change(
                symptom,
                new ShardOperation(OperationKind.ADD_REPLICA, null, id(target)),
                PlacementRule.ADD_MISSING,
                problem + " It gets one on " + layout.label(target) + ".",
                voterGain(shard, 1));
    }

    private Finding leaderToGo(Symptom symptom) {
        int shard = symptom.shard();
        int leader = symptom.server();
        String problem = name(symptom) + " is led by " + layout.label(leader) + ", which is " + trouble(leader) + ".";
        if (layout.isBusy(shard)) {
            return waiting(symptom, problem);
        }
        int successor = Successors.choose(layout, shard, leader);
        if (successor == Layout.NONE) {
            return untreated(symptom, problem + " No other of its voters can lead now.");
        }
        String gain =
                "leaders on " + layout.label(leader) + " " + layout.led(leader) + " to " + (layout.led(leader) - 1);
        layout.transfer(shard, successor);
        return treated(
                symptom,
                new ShardOperation(OperationKind.TRANSFER_LEADER, null, id(successor)),
                PlacementRule.LEAD_ELSEWHERE,
                problem + " It shall be led by " + layout.label(successor) + ".",
                gain);
    }

    private String trouble(int leader) {
        if (layout.server(leader).isInMaintenance()) {
            return "in maintenance";
        }
        return layout.standing(leader) == ServerStanding.LEAVING ? "being emptied" : "read-only, as its disk is full";
    }

    private Finding drainingReplica(Symptom symptom) {
        int shard = symptom.shard();
        int leaving = symptom.server();
        String problem = name(symptom) + " has a replica on " + layout.label(leaving) + ", which is being emptied.";
        if (!layout.isMovable(shard)) {
            return waiting(symptom, problem);
        }
        String gain = "replicas on " + layout.label(leaving) + " " + layout.replicas(leaving) + " to "
                + (layout.replicas(leaving) - 1);
        if (layout.voters(shard).length > wanted) {
            return remove(symptom, leaving, PlacementRule.EMPTY_SERVER, problem, gain);
        }
        int target = target(shard, leaving);
        if (target == Layout.NONE) {
            return noTarget(symptom, problem, leaving);
        }
        return move(symptom, leaving, target, PlacementRule.EMPTY_SERVER, problem, gain);
    }

    private Finding crowdedZone(Symptom symptom) {
        int shard = symptom.shard();
        int[] crowding = crowding(shard);
        if (crowding.length == 0) {
            // All of them are in maintenance or silent; they are looked at again when they are back.
            return untreated(symptom, name(symptom) + " shares a zone more than it needs to, with servers that rest.");
        }
        int zone = layout.zoneOf(crowding[0]);
        int inZone = layout.stayingInZone(shard, zone, Layout.NONE);
        String where = zoneName(zone);
        String problem = name(symptom) + " has " + inZone + " replicas in " + where + " (allowed: "
                + layout.zoneLimit(zone) + ").";
        if (!layout.isMovable(shard)) {
            return waiting(symptom, problem);
        }
        String gain = "replicas in " + where + " " + inZone + " to " + (inZone - 1);
        for (int source : crowding) {
            int target = target(shard, source);
            if (target != Layout.NONE) {
                return move(symptom, source, target, PlacementRule.SPREAD_ZONES, problem, gain);
            }
        }
        return noTarget(symptom, problem, crowding[0]);
    }

    private Finding tooMany(Symptom symptom) {
        int shard = symptom.shard();
        String problem = name(symptom) + " has " + layout.voters(shard).length + " replicas (wanted: " + wanted + ").";
        if (!layout.isMovable(shard)) {
            return waiting(symptom, problem);
        }
        int[] candidates = spareable(shard);
        if (candidates.length == 0) {
            return untreated(symptom, problem + " All its servers rest.");
        }
        return remove(symptom, candidates[0], PlacementRule.REMOVE_SURPLUS, problem, voterGain(shard, -1));
    }

    private Finding diskFull(Symptom symptom) {
        ServerView server = layout.server(symptom.server());
        return untreated(
                symptom,
                "Server " + server.label() + " has " + server.diskFreeBytes() + " of " + server.diskTotalBytes()
                        + " bytes free (wanted: " + constraints.reserveBytes(server)
                        + "). It is given no replicas.");
    }

    private Finding move(Symptom symptom, int source, int target, PlacementRule rule, String problem, String gain) {
        return change(
                symptom,
                new ShardOperation(OperationKind.MOVE_REPLICA, id(source), id(target)),
                rule,
                problem + " The one on " + layout.label(source) + " moves to " + layout.label(target) + ".",
                gain);
    }

    private Finding remove(Symptom symptom, int source, PlacementRule rule, String problem, String gain) {
        return change(
                symptom,
                new ShardOperation(OperationKind.REMOVE_REPLICA, id(source), null),
                rule,
                problem + " The one on " + layout.label(source) + " is removed.",
                gain);
    }

    private Finding change(
            Symptom symptom, ShardOperation operation, PlacementRule rule, String sentence, String gain) {
        Moves.play(layout, symptom.shard(), operation);
        return treated(symptom, operation, rule, sentence, gain);
    }

    private Finding treated(
            Symptom symptom, ShardOperation operation, PlacementRule rule, String sentence, String gain) {
        Proposal remedy = new Proposal(layout.shard(symptom.shard()).shard(), operation, rule, sentence, gain);
        return finding(symptom, sentence, remedy, false);
    }

    private Finding noTarget(Symptom symptom, String problem, int source) {
        return finding(
                symptom,
                problem + " No server can take it (" + constraints.whyNoTarget(symptom.shard(), source) + ").",
                null,
                true);
    }

    private Finding waiting(Symptom symptom, String problem) {
        int shard = symptom.shard();
        if (layout.shard(shard).isOnHold()) {
            return untreated(symptom, problem + " It is on hold: an operation on it failed lately.");
        }
        if (layout.isBusy(shard)) {
            return untreated(symptom, problem + " It waits for another change of the shard.");
        }
        return untreated(symptom, problem + " It waits until " + labelsOfSilent(layout.voters(shard)) + " answers.");
    }

    private Finding untreated(Symptom symptom, String sentence) {
        return finding(symptom, sentence, null, false);
    }

    private Finding finding(Symptom symptom, String sentence, @Nullable Proposal remedy, boolean needsPlace) {
        return new Finding(
                symptom.kind(),
                symptom.shard() == Layout.NONE
                        ? null
                        : layout.shard(symptom.shard()).shard(),
                symptom.server() == Layout.NONE ? null : id(symptom.server()),
                sentence,
                remedy,
                needsPlace);
    }

    /**
     * Replicas that could leave a zone in which the shard has too many: from the most crowded zone first, then from the
     * servers that have the most, because evening that out later would cost another copy.
     */
    private int[] crowding(int shard) {
        return serving(
                shard,
                voter -> excess(shard, voter) > 0,
                Comparator.<Integer>comparingInt(voter -> -excess(shard, voter))
                        .thenComparingInt(voter -> -layout.replicas(voter))
                        .thenComparing(voter -> layout.leader(shard) == voter));
    }

    /**
     * Replicas that a shard with too many could do without: from the most crowded zone first; the leader last, because it
     * would have to be changed, and keeping leaders keeps shards even; then from the servers that have the most.
     */
    private int[] spareable(int shard) {
        return serving(
                shard,
                voter -> true,
                Comparator.<Integer>comparingInt(voter -> -Math.max(0, excess(shard, voter)))
                        .thenComparing(voter -> layout.leader(shard) == voter)
                        .thenComparingInt(voter -> -layout.replicas(voter)));
    }

    private int[] serving(int shard, IntPredicate isMeant, Comparator<Integer> order) {
        return Arrays.stream(layout.voters(shard))
                .filter(voter -> layout.standing(voter) == ServerStanding.SERVING)
                .filter(isMeant)
                .boxed()
                .sorted(order.thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** By how many the shard's replicas in the server's zone exceed what is allowed. */
    private int excess(int shard, int server) {
        int zone = layout.zoneOf(server);
        return layout.stayingInZone(shard, zone, Layout.NONE) - layout.zoneLimit(zone);
    }

    private String zoneName(int zone) {
        String name = IntStream.range(0, layout.servers())
                .filter(server -> layout.zoneOf(server) == zone)
                .mapToObj(server -> layout.server(server).zone())
                .findFirst()
                .orElse("");
        return name.isEmpty() ? "the zone without a name" : "zone " + name;
    }

    private String voterGain(int shard, int difference) {
        int voters = layout.voters(shard).length;
        return "replicas " + voters + " to " + (voters + difference);
    }

    private int[] votersNow(int shard) {
        return layout.shard(shard).voters().stream().mapToInt(layout::number).toArray();
    }

    private int alive(int[] voters) {
        return (int) Arrays.stream(voters).filter(layout::isAlive).count();
    }

    private String labelsOfSilent(int[] voters) {
        return Arrays.stream(voters)
                .filter(voter -> !layout.isAlive(voter))
                .mapToObj(layout::label)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private String name(Symptom symptom) {
        return "Shard " + layout.shard(symptom.shard()).shard();
    }

    private ServerId id(int server) {
        return layout.server(server).server();
    }
}
