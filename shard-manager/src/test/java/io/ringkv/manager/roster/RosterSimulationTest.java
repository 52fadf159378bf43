package io.ringkv.manager.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ManagerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Invariant: while no change is in the books, the voters are the members in the books; while one is, they differ by the one
 * it is about. Feared: a request that Raft carries out after its change was given up. So requests are delayed at will here,
 * answers are lost, leaders fall and managers die at every moment.
 */
class RosterSimulationTest {

    private static final int SEEDS = 600;
    private static final int STEPS = 300;
    private static final int CALM_STEPS = 600;
    private static final RosterLimits LIMITS = new RosterLimits(2_000, 4_000, 1_000, 1_000, 5_000);

    @Test
    void votersAreThoseInTheBooksWhateverHappens() {
        int changes = 0;
        int failed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                run.disturb();
                run.step();
                run.check("seed " + seed + ", step " + step);
            }
            run.heal();
            for (int step = 0; step < CALM_STEPS; step++) {
                run.step();
                run.check("seed " + seed + ", calm step " + step);
            }
            run.checkSettled("seed " + seed);
            changes += (int) run.roster.changes();
            failed += run.failed;
        }
        assertThat(changes).as("changes worth testing").isGreaterThan(SEEDS * 2);
        assertThat(failed).as("of them given up").isGreaterThan(SEEDS / 10);
    }

    /** One life of a group. */
    private static final class Run {

        private final Random random;
        private final RosterDriver driver = new RosterDriver(LIMITS);
        private final RosterPolicy policy = new RosterPolicy(LIMITS);
        private final ModelGroup group;
        private ManagerRoster roster;
        private SilenceWatch watch = new SilenceWatch(200, 1_500);
        private @Nullable Runnable delayed;
        private long dutiesTerm;
        private long followed = -1;
        private long waited;
        private long prepared;
        private boolean isAsking;
        private int failed;

        Run(long seed) {
            random = new Random(seed);
            List<io.ringkv.common.shardmap.ManagerRecord> members =
                    random.nextBoolean() ? Rosters.records(1, 2, 3) : Rosters.records(1, 2, 3, 4, 5);
            roster = Rosters.of(members, Rosters.records(6, 7, 8), null);
            Set<ManagerId> everybody = new TreeSet<>(roster.memberIds());
            roster.standbys().forEach(standby -> everybody.add(standby.id()));
            group = new ModelGroup(random, roster.memberIds(), everybody);
        }

        void disturb() {
            int chance = random.nextInt(60);
            List<ManagerId> living = List.copyOf(group.alive());
            if (chance == 0 && living.size() > 1) {
                ManagerId victim = living.get(random.nextInt(living.size()));
                Set<ManagerId> left = new TreeSet<>(group.alive());
                left.remove(victim);
                // A group without majority is out of what is promised.
                boolean isBearable = 2
                                        * group.committed().stream()
                                                .filter(left::contains)
                                                .count()
                                > group.committed().size()
                        && 2 * group.voters().stream().filter(left::contains).count()
                                > group.voters().size();
                if (isBearable) {
                    group.die(victim);
                }
            } else if (chance == 1) {
                ManagerId back = new ManagerId(1 + random.nextInt(8));
                if (roster.manager(back) != null) {
                    group.live(back);
                }
            } else if (chance == 2) {
                group.fall();
            }
        }

        void heal() {
            roster.members().forEach(member -> group.live(member.id()));
            roster.standbys().forEach(standby -> group.live(standby.id()));
        }

        void step() {
            if (random.nextInt(3) != 0) {
                group.go();
            }
            if (delayed != null && random.nextInt(4) == 0) {
                Runnable request = delayed;
                delayed = null;
                request.run();
                // The answer may be lost.
                isAsking = random.nextInt(5) == 0;
            }
            GroupSighting seen = group.sighting();
            if (seen == null) {
                return;
            }
            if (dutiesTerm != seen.term()) {
                dutiesTerm = seen.term();
                watch = new SilenceWatch(200, 1_500);
                followed = -1;
                prepared = 0;
                isAsking = false;
                delayed = null;
            }
            watch.tick(200, silence());
            ManagerChange change = roster.change();
            if (change == null) {
                begin(seen);
            } else {
                drive(change, seen);
            }
        }

        private Map<ManagerId, Long> silence() {
            Map<ManagerId, Long> silent = new HashMap<>();
            for (ManagerId member : roster.memberIds()) {
                if (!member.equals(group.leader())) {
                    silent.put(member, group.alive().contains(member) ? 100L : 60_000L);
                }
            }
            return silent;
        }

        private void begin(GroupSighting seen) {
            RosterPolicy.Wish wish = policy.next(roster, seen, watch, group.alive()::contains);
            if (wish == null || random.nextInt(4) == 0) {
                return;
            }
            int before = survived(roster.members().size(), roster.memberIds());
            Set<ManagerId> wanted = new TreeSet<>(roster.memberIds());
            if (wish.addition()) {
                wanted.add(wish.manager().id());
            } else {
                wanted.remove(wish.manager().id());
            }
            assertThat(survived(wanted.size(), wanted))
                    .as("%s never lowers the losses that are survived", wish)
                    .isGreaterThanOrEqualTo(before);
            roster = roster.after(
                    ManagerChange.begin(roster.changes() + 1, wish.addition(), wish.manager(), false, wish.reason()),
                    ChangePhase.BEGUN);
        }

        private int survived(int members, Set<ManagerId> ids) {
            int alive = (int) ids.stream().filter(group.alive()::contains).count();
            return Tolerance.lossesSurvived(members, alive);
        }

        private void drive(ManagerChange change, GroupSighting seen) {
            long phase = 2 * change.number() + (change.undoing() ? 1 : 0);
            waited = phase == followed ? waited + 200 : 0;
            followed = phase;
            RosterAct act =
                    driver.next(roster, seen, new RosterDriver.Soft(waited, prepared == change.number(), isAsking));
            long term = seen.term();
            Set<ManagerId> expected = roster.memberIds();
            if (act instanceof RosterAct.Prepare prepare) {
                assertThat(prepare.termFloor()).isEqualTo(term);
                if (group.alive().contains(prepare.manager().id()) && random.nextInt(3) != 0) {
                    prepared = prepare.number();
                }
            } else if (act instanceof RosterAct.Add add) {
                ask(() -> group.add(add.manager().id(), term, expected));
            } else if (act instanceof RosterAct.Remove remove) {
                ask(() -> group.remove(remove.manager(), term, expected));
            } else if (act instanceof RosterAct.Transfer transfer) {
                group.hand(transfer.to());
            } else if (act instanceof RosterAct.EndStaging) {
                group.fall();
            } else if (act instanceof RosterAct.Tell tell && random.nextInt(4) != 0) {
                failed += tell.phase() == ChangePhase.FAILED ? 1 : 0;
                ManagerChange reached = tell.phase() == ChangePhase.UNDOING ? change.givenUp(tell.cause()) : change;
                roster = roster.after(reached, tell.phase());
            }
        }

        private void ask(Runnable request) {
            isAsking = true;
            delayed = request;
        }

        void check(String context) {
            Set<ManagerId> differing = new TreeSet<>(group.voters());
            differing.removeAll(roster.memberIds());
            Set<ManagerId> missing = new TreeSet<>(roster.memberIds());
            missing.removeAll(group.voters());
            differing.addAll(missing);
            ManagerChange change = roster.change();
            if (change == null) {
                assertThat(differing).as("%s: books and voters", context).isEmpty();
                assertThat(group.committed()).as(context).isEqualTo(roster.memberIds());
            } else {
                assertThat(differing)
                        .as("%s: change %s", context, change)
                        .isSubsetOf(change.manager().id());
            }
            assertThat(roster.members()).as(context).isNotEmpty();
        }

        void checkSettled(String context) {
            assertThat(roster.change()).as(context).isNull();
            assertThat(roster.members())
                    .as("%s: %s standing by", context, roster.standbys())
                    .hasSizeGreaterThanOrEqualTo(Math.min(
                            roster.wanted(),
                            roster.members().size() + roster.standbys().size()));
        }
    }
}
