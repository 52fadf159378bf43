package io.ringkv.manager.member;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.GroupSighting;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.roster.RosterAct;
import io.ringkv.manager.roster.RosterDriver;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.manager.roster.RosterPolicy;
import io.ringkv.manager.roster.SilenceWatch;
import io.ringkv.manager.state.AdvanceManagerChange;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.StartManagerChange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leading manager does about its group's members, in one term: watches who is silent, begins what the policy calls
 * for, and drives the change that is under way. All it holds is soft and dies with the term.
 *
 * <p>Belongs to the control thread.
 */
final class MemberDuties {

    private static final Logger LOG = LoggerFactory.getLogger(MemberDuties.class);

    /** Silence that is too short to count against a member: they hear from each other several times a second. */
    private static final long SILENT_MILLIS = 2_000;

    /** After Raft or a new member has refused. */
    private static final long AGAIN_MILLIS = 1_000;

    private final long term;
    private final ManagerId self;
    private final RosterLimits limits;
    private final MemberGroup group;
    private final BiFunction<ManagerRecord, RosterAct.Prepare, CompletionStage<?>> preparation;
    private final BiFunction<ClusterCommand, Long, CompletionStage<?>> proposer;
    private final Executor thread;
    private final Supplier<Map<ManagerId, Long>> silentMillis;

    private final RosterDriver driver;
    private final RosterPolicy policy;
    private final SilenceWatch watch;
    private final Map<ManagerId, Long> heardAt = new TreeMap<>();
    private final Map<ManagerId, Long> notBefore = new TreeMap<>();
    private @Nullable ManagerChange followed;
    private long followedSince;
    private long preparedNumber;
    private boolean isAsking;
    private boolean isPreparing;
    private boolean isProposing;
    private long askNotBefore;
    private long nowMillis;
    private String waitsFor = "";
    private String lastFailure = "";

    /**
     * Begins a leadership.
     *
     * @param preparation has a manager make its empty log
     * @param proposer puts a leader's decision of this term into the log
     * @param silentMillis for how long each other member has not answered
     */
    MemberDuties(
            long term,
            ManagerId self,
            RosterLimits limits,
            long tickMillis,
            MemberGroup group,
            BiFunction<ManagerRecord, RosterAct.Prepare, CompletionStage<?>> preparation,
            BiFunction<ClusterCommand, Long, CompletionStage<?>> proposer,
            Executor thread,
            Supplier<Map<ManagerId, Long>> silentMillis) {
        this.term = term;
        this.self = self;
        this.limits = limits;
        this.group = group;
        this.preparation = preparation;
        this.proposer = proposer;
        this.thread = thread;
        this.silentMillis = silentMillis;
        this.driver = new RosterDriver(limits);
        this.policy = new RosterPolicy(limits);
        this.watch = new SilenceWatch(tickMillis, SILENT_MILLIS);
    }

    long term() {
        return term;
    }

    /** A standby is there. */
    void heard(ManagerId standby) {
        heardAt.put(standby, nowMillis);
    }

    /** Whether a standby was heard lately. */
    boolean isHeard(ManagerId standby) {
        Long at = heardAt.get(standby);
        return at != null && nowMillis - at < limits.standbySilentMillis();
    }

    /** Members that are to be replaced. */
    List<ManagerRecord> down(ManagerRoster roster) {
        return policy.down(roster, watch);
    }

    /** What the change under way waits for, as the end of a sentence; empty if that is not known. */
    String waitsFor() {
        return lastFailure.isEmpty() ? waitsFor : waitsFor + (waitsFor.isEmpty() ? "" : "; ") + lastFailure;
    }

    /** Time went on. */
    void tick(long elapsedMillis, ManagerRoster roster) {
        nowMillis += Math.max(0, elapsedMillis);
        Map<ManagerId, Long> silent = new TreeMap<>(silentMillis.get());
        silent.keySet().retainAll(roster.memberIds());
        silent.remove(self);
        watch.tick(elapsedMillis, silent);
        follow(roster);
        GroupSighting seen = group.sighting();
        if (seen == null || seen.term() != term || isProposing) {
            return;
        }
        if (roster.change() == null) {
            begin(roster, seen);
        } else {
            drive(roster, roster.change(), seen);
        }
    }

    /** Starts counting anew whenever the change under way is another one, or has entered another phase. */
    private void follow(ManagerRoster roster) {
        ManagerChange change = roster.change();
        ManagerChange before = followed;
        if (before != null
                && change == null
                && before.addition()
                && roster.member(before.manager().id()) == null) {
            notBefore.put(before.manager().id(), nowMillis + limits.replaceAfterMillis());
        }
        boolean isSame = change != null
                && before != null
                && change.number() == before.number()
                && change.undoing() == before.undoing();
        if (!isSame) {
            followed = change;
            followedSince = nowMillis;
            askNotBefore = nowMillis;
            waitsFor = "";
            lastFailure = "";
        }
    }

    private void begin(ManagerRoster roster, GroupSighting seen) {
        RosterPolicy.Wish wish = policy.next(
                roster, seen, watch, standby -> isHeard(standby) && notBefore.getOrDefault(standby, 0L) <= nowMillis);
        if (wish != null) {
            propose(new StartManagerChange(wish.manager().id(), wish.addition(), false, wish.reason()));
        }
    }

    private void drive(ManagerRoster roster, ManagerChange change, GroupSighting seen) {
        RosterDriver.Soft soft =
                new RosterDriver.Soft(nowMillis - followedSince, preparedNumber == change.number(), isAsking);
        RosterAct act = driver.next(roster, seen, soft);
        if (act instanceof RosterAct.Wait wait) {
            waitsFor = wait.why();
        } else if (act instanceof RosterAct.Tell tell) {
            propose(new AdvanceManagerChange(change.number(), tell.phase(), withFailure(tell)));
        } else if (act instanceof RosterAct.EndStaging) {
            LOG.info("event=manager-staging-ended change={}", change.number());
            ask(group.stepDown(), change);
        } else if (nowMillis >= askNotBefore) {
            carryOut(roster, change, act);
        }
    }

    private String withFailure(RosterAct.Tell tell) {
        return tell.cause().isEmpty() || lastFailure.isEmpty() || tell.cause().contains(lastFailure)
                ? tell.cause()
                : tell.cause() + "; " + lastFailure;
    }

    private void carryOut(ManagerRoster roster, ManagerChange change, RosterAct act) {
        if (act instanceof RosterAct.Prepare prepare) {
            prepare(change, prepare);
        } else if (act instanceof RosterAct.Add add) {
            LOG.info(
                    "event=manager-joins change={} manager={}",
                    change.number(),
                    add.manager().label());
            ask(group.addVoter(add.manager(), roster.memberIds()), change);
        } else if (act instanceof RosterAct.Remove remove) {
            LOG.info(
                    "event=manager-leaves change={} manager={}",
                    change.number(),
                    change.manager().label());
            ask(group.removeVoter(remove.manager(), roster.memberIds()), change);
        } else if (act instanceof RosterAct.Transfer transfer) {
            LOG.info("event=manager-hands-over change={} to={}", change.number(), transfer.to());
            ask(group.transferLeadership(transfer.to()), change);
        }
    }

    private void prepare(ManagerChange change, RosterAct.Prepare act) {
        if (isPreparing) {
            return;
        }
        isPreparing = true;
        waitsFor = "manager " + act.manager().label() + " to make its log";
        var unused = preparation
                .apply(act.manager(), act)
                .whenComplete((reply, failure) -> thread.execute(() -> {
                    isPreparing = false;
                    if (failure == null) {
                        preparedNumber = act.number();
                        lastFailure = "";
                    } else {
                        failed(change, failure);
                    }
                }));
    }

    private void ask(CompletionStage<Void> request, ManagerChange change) {
        isAsking = true;
        waitsFor = "Raft";
        var unused = request.whenComplete((done, failure) -> thread.execute(() -> {
            isAsking = false;
            if (failure == null) {
                lastFailure = "";
            } else {
                failed(change, failure);
            }
        }));
    }

    private void failed(ManagerChange change, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        lastFailure = String.valueOf(cause.getMessage());
        askNotBefore = nowMillis + AGAIN_MILLIS;
        LOG.info("event=manager-change-hindered change={} reason=\"{}\"", change.number(), lastFailure);
    }

    private void propose(ClusterCommand command) {
        isProposing = true;
        var unused = proposer.apply(command, term)
                .whenComplete((applied, failure) -> thread.execute(() -> {
                    isProposing = false;
                    if (failure != null) {
                        LOG.info("event=manager-change-not-logged reason=\"{}\"", failure.getMessage());
                    }
                }));
    }
}
