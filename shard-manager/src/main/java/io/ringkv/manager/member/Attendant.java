package io.ringkv.manager.member;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.AttendReply;
import io.ringkv.rpc.AttendRequest;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a manager that does not lead known to the one that does: a standby registers and follows the shard map; a member
 * learns if it is one no more, which Raft does not tell it. One call is under way at a time.
 *
 * <p>Belongs to the control thread.
 */
public final class Attendant {

    /** How often {@link #tick} is to be called. */
    public static final long TICK_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

    /**
     * What a manager says of itself.
     *
     * @param cluster it belongs to; null before
     * @param record as in the message; its label may be empty
     * @param isPrepared it has a log
     * @param preparedBy number of the last change for which it was prepared
     * @param leader whom it follows, as far as it knows
     */
    public record Self(
            @Nullable ClusterId cluster,
            io.ringkv.rpc.ManagerRecord record,
            boolean isPrepared,
            long preparedBy,
            @Nullable ManagerRecord leader) {}

    /** What becomes of it. Called on the control thread; must not wait. */
    public interface Listener {
        /** It is in the books under this record; somebody answers at these client addresses. */
        void registered(ClusterId cluster, ManagerRecord record, List<String> addresses);

        /** There is a newer map. */
        void mapChanged(ShardMap map);

        /** This one leads, perhaps. */
        void leaderSeen(ManagerRecord leader);

        /** It is no member any more. */
        void gone();

        /** It must not take part, for good. */
        void refused(RingKvException reason);
    }

    private final Supplier<@Nullable Self> self;
    private final MemberCalls calls;
    private final ManagerFinder finder;
    private final Listener listener;
    private final Executor thread;
    private boolean isCalling;
    private boolean isOver;
    private boolean wasFollowed;
    private String registeredAs = "";
    private String lastDeclined = "";

    /**
     * An attendant that does nothing until it is ticked.
     *
     * @param self what to say; null while there is nothing to say, as this manager leads or waits for a bootstrap
     * @param given client addresses of any processes of the cluster
     * @param address client address of this manager
     * @param thread the control thread
     */
    public Attendant(
            Supplier<@Nullable Self> self,
            MemberCalls calls,
            List<HostPort> given,
            HostPort address,
            Listener listener,
            Executor thread) {
        this.self = self;
        this.calls = calls;
        this.finder = new ManagerFinder(given, address);
        this.listener = listener;
        this.thread = thread;
    }

    /** A map is known from elsewhere, and who stood by then. */
    public void learn(ShardMap map, List<ManagerRecord> standbys) {
        finder.learn(map, standbys);
    }

    /** Time to say that it is there. */
    public void tick() {
        if (!isCalling && !isOver) {
            Self now = self.get();
            if (now != null) {
                step(now);
            }
        }
    }

    private void step(Self now) {
        // One that was removed goes on following a leader of the past: every second try goes elsewhere.
        ManagerRecord followed = now.leader();
        boolean asksFollowed = followed != null && !wasFollowed;
        wasFollowed = asksFollowed;
        HostPort manager =
                followed == null || !asksFollowed ? finder.manager() : HostPort.parse(followed.peerAddress());
        if (manager != null) {
            call(calls.attend(manager, request(now)), reply -> answered(manager, reply));
            return;
        }
        HostPort source = finder.source();
        if (source != null) {
            GetShardMapRequest.Builder request = GetShardMapRequest.newBuilder();
            if (now.cluster() != null) {
                request.setClusterId(IdMessages.toBytes(now.cluster()));
            }
            call(calls.shardMap(source, request.build()), reply -> found(reply));
        }
    }

    private AttendRequest request(Self now) {
        AttendRequest.Builder request = AttendRequest.newBuilder()
                .setManager(now.record())
                .setPrepared(now.isPrepared())
                .setPreparedBy(now.preparedBy())
                .setRingEpochKnown(finder.ringEpoch());
        if (now.cluster() != null) {
            request.setClusterId(IdMessages.toBytes(now.cluster()));
        }
        return request.build();
    }

    private void found(GetShardMapReply reply) {
        ShardMap map = ShardMapMessages.fromMessage(reply.getShardMap());
        finder.learn(map, List.of());
        finder.found();
        listener.mapChanged(map);
        tick();
    }

    private void answered(HostPort manager, AttendReply reply) {
        if (reply.hasRefusal()) {
            refused(FailureStatus.fromMessage(reply.getRefusal()));
        } else if (reply.getNotLeader()) {
            if (reply.hasLeader()) {
                finder.redirected(HostPort.parse(reply.getLeader().getPeerAddress()));
                listener.leaderSeen(ShardMapMessages.fromMessage(reply.getLeader()));
            } else {
                finder.fruitless();
            }
        } else if (reply.getGone()) {
            isOver = true;
            listener.gone();
        } else {
            finder.isLeader(manager);
            wasFollowed = false;
            lastDeclined = "";
            accepted(reply);
            ManagerRecord leader = finder.memberAt(manager);
            if (leader != null) {
                listener.leaderSeen(leader);
            }
        }
    }

    private void accepted(AttendReply reply) {
        if (reply.hasShardMap()) {
            ShardMap map = ShardMapMessages.fromMessage(reply.getShardMap());
            finder.learn(map, List.of());
            listener.mapChanged(map);
        }
        if (reply.hasManager()) {
            ManagerRecord record = ShardMapMessages.fromMessage(reply.getManager());
            listener.registered(
                    IdMessages.clusterId(reply.getClusterId()),
                    record,
                    finder.addresses().stream().map(HostPort::toString).toList());
            if (!registeredAs.equals(record.label())) {
                registeredAs = record.label();
                LOG.info("event=manager-known label={} manager={}", record.label(), record.id());
            }
        }
    }

    private void refused(RingKvException refusal) {
        if (refusal.code() == ErrorCode.MANAGER_REMOVED) {
            isOver = true;
            listener.refused(refusal);
        } else {
            String reason = String.valueOf(refusal.getMessage());
            if (!reason.equals(lastDeclined)) {
                lastDeclined = reason;
                LOG.info("event=manager-declined reason=\"{}\"", reason);
            }
            failed(refusal);
        }
    }

    private void failed(RingKvException failure) {
        Self now = self.get();
        if (failure.code() == ErrorCode.WRONG_CLUSTER && now != null && !now.isPrepared()) {
            isOver = true;
            listener.refused(failure);
        } else {
            finder.fruitless();
        }
    }

    private <T> void call(CompletableFuture<T> call, Consumer<T> answered) {
        isCalling = true;
        var unused = call.whenComplete((reply, failure) -> thread.execute(() -> {
            isCalling = false;
            try {
                if (failure == null) {
                    answered.accept(reply);
                } else {
                    failed(FailureStatus.toException(failure));
                }
            } catch (RuntimeException e) {
                // A reply that makes no sense: the next one may.
                LOG.warn("event=attendance-failed reason=\"{}\"", e.getMessage());
                finder.fruitless();
            }
        }));
    }
}
