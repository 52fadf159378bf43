package io.ringkv.server.raft;

import io.ringkv.common.time.NanoClock;
import io.ringkv.raft.LogPosition;
import io.ringkv.raft.LogStateMachine;
import io.ringkv.raft.SnapshotDirectory;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.server.engine.EngineFailedException;
import io.ringkv.server.engine.ShardEngine;
import io.ringkv.server.engine.SnapshotFile;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.Position;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One shard replica as Ratis sees it: hands the log to the {@link ShardEngine}, and the engine's snapshots to Ratis.
 *
 * <p>The engine is opened before the group is (see {@link OpenedReplica}), because opening may show that the replica must
 * not take part. It closes with the division.
 */
public final class ShardStateMachine extends LogStateMachine {
    /** What happens to a replica that others must know of. Called on Ratis' threads: must be short and never wait. */
    public interface Events {
        /** This replica leads and has applied the first entry of the term. May propose. */
        void leaderReady(long term);

        /** This replica has stopped leading. Called under a lock of the division: must not call into it. */
        void leadershipLost();

        /** This replica has failed and serves no more. */
        void failed(String reason);

        /** The log cannot be written: the process must end. */
        void logFailed(Throwable cause);
    }

    private final OpenedReplica opened;
    private final Events events;

    /**
     * Joins an opened engine to Ratis.
     *
     * @param opened what is closed when the division closes
     */
    public ShardStateMachine(OpenedReplica opened, SnapshotSchedule schedule, NanoClock clock, Events events) {
        super(opened.snapshots(), schedule, clock);
        this.opened = Objects.requireNonNull(opened, "opened");
        this.events = Objects.requireNonNull(events, "events");
    }

    /** The engine, for reads and sizes. */
    public ShardEngine engine() {
        return opened.engine();
    }

    /**
     * Sessions idle beyond their limit at this shard time.
     *
     * @return at most {@code limit}, by id; empty also when the machine is busy: ask again later
     */
    public List<Long> idleSessions(long shardTimeMillis, int limit) {
        List<Long> idle = readIfIdle(() -> engine().idleSessions(shardTimeMillis, limit));
        return idle == null ? List.of() : idle;
    }

    @Override
    protected LogPosition openState() {
        return toLog(engine().applied());
    }

    @Override
    protected Object applyEntry(LogPosition position, byte[] entry) throws EngineFailedException {
        EntryOutcome outcome = engine().apply(toShard(position), entry);
        if (outcome == null) {
            throw new EngineFailedException(
                    "entry " + position + " was taken for an old one by the engine, which is at " + engine().applied());
        }
        return outcome;
    }

    @Override
    protected void advanceState(LogPosition position) throws EngineFailedException {
        engine().advance(toShard(position));
    }

    @Override
    protected @Nullable FinishedSnapshot pollSnapshot() throws EngineFailedException {
        SnapshotFile finished = engine().pollSnapshot(opened.outbox());
        return finished == null
                ? null
                : new FinishedSnapshot(finished.path(), toLog(finished.position()), finished.sizeBytes());
    }

    @Override
    protected void checkSnapshot(SnapshotDirectory.Snapshot snapshot) throws IOException {
        opened.verify(snapshot);
    }

    @Override
    protected void pauseState() {
        engine().pause();
    }

    @Override
    protected void loadState(SnapshotDirectory.Snapshot snapshot) throws IOException, EngineFailedException {
        engine().load(OpenedReplica.fileOf(snapshot));
    }

    @Override
    protected void closeState() {
        engine().close();
    }

    @Override
    protected void onLeaderReady(long term) {
        events.leaderReady(term);
    }

    @Override
    protected void onLeadershipLost() {
        events.leadershipLost();
    }

    @Override
    protected void onConfiguration(LogPosition position, byte[] configuration) {
        engine().configure(toShard(position), configuration);
    }

    @Override
    protected void onFailed(String reason) {
        events.failed(reason);
    }

    @Override
    protected void onLogFailed(Throwable cause) {
        events.logFailed(cause);
    }

    static LogPosition toLog(Position position) {
        return new LogPosition(position.term(), position.index());
    }

    static Position toShard(LogPosition position) {
        return new Position(position.term(), position.index());
    }
}
