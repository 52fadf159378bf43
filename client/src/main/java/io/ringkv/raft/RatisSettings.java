package io.ringkv.raft;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.NanoClock;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;

/**
 * Every Ratis setting that matters, set in this one place, each with its reason. Ratis' defaults are made for one group
 * per process; with many groups they cost up to 200 MB of heap, 8 MB of direct memory and 4 MB of disk per replica, and
 * some of them are unsafe.
 *
 * <p>Settings that contradict each other are refused here, before anything starts; Ratis notices some of them only when a
 * group is opened, or an entry is written, and others never.
 *
 * @param storageDirectory holds one directory per group, absolute
 * @param removedDirectory where Ratis would move groups it removes without deleting; never used by us, but its default
 *     lies in the temporary directory of the machine
 * @param host address to listen on
 * @param port port to listen on; 0 = any free one
 * @param electionTimeoutMinMillis a follower that hears nothing for this long may call an election
 * @param electionTimeoutMaxMillis upper bound of the random election timeout
 * @param entryByteLimit most bytes of an encoded log entry, header of the log included
 * @param writeBufferBytes direct memory of each replica's log writer
 * @param segmentBytes size at which a log file is closed and the next begun; only whole files are ever purged
 * @param segmentCacheBytes heap each replica may use for entries of closed log files
 * @param freeSpaceMinBytes a group is not opened with less disk space than this
 * @param snapshotBytesPerSecond most that this process sends of snapshots, to all others together
 */
public record RatisSettings(
        Path storageDirectory,
        Path removedDirectory,
        String host,
        int port,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        int entryByteLimit,
        int writeBufferBytes,
        int segmentBytes,
        int segmentCacheBytes,
        long freeSpaceMinBytes,
        long snapshotBytesPerSecond) {
    /** Of the network and disk of a small machine a good part is left for everything else. */
    public static final long DEFAULT_SNAPSHOT_BYTES_PER_SECOND = 32L << 20;

    private static final int MIB = 1 << 20;

    /** Longest path through one RPC between members: appends, votes, one chunk of a snapshot. */
    private static final int REQUEST_TIMEOUT_MILLIS = 3_000;

    private static final int STAGING_TIMEOUT_MILLIS = 10_000;

    /** Ratis: {@code GrpcServicesImpl.Builder#setServer} wants 1 MiB above the entry limit. */
    private static final int MESSAGE_BYTES_ABOVE_ENTRY = 4 * MIB;

    private static final int PENDING_BYTE_LIMIT = 64 * MIB;
    /** A snapshot is sent in parts of which so many are sent in a second, within these bounds. */
    private static final int SNAPSHOT_PARTS_PER_SECOND = 32;

    private static final int SNAPSHOT_PART_TIMEOUT_MILLIS = 40_000;

    private static final int SNAPSHOT_PART_BYTES_MIN = 64 * 1024;
    private static final int SNAPSHOT_PART_BYTES_MAX = 4 * MIB;

    /** Length prefix and checksum around an entry (Ratis: {@code SegmentedRaftLogWorker} constructor). */
    private static final int LOG_FRAME_BYTES = 8;

    /** Bytes that Ratis adds to the bytes of a proposal: ids, term, index and field tags; in truth below 100. */
    static final int ENTRY_OVERHEAD_BYTES = 1024;

    /**
     * @throws RingKvException with {@link ErrorCode#INVALID_CONFIG_VALUE} if a value is out of bounds or two contradict
     *     each other
     */
    public RatisSettings {
        Objects.requireNonNull(host, "host");
        checkDirectory("storage directory", storageDirectory);
        checkDirectory("directory of removed groups", removedDirectory);
        check(port >= 0 && port <= 65535, "Raft port: " + port + " (expected: 0 to 65535).");
        check(
                electionTimeoutMinMillis >= 50,
                "election timeout, lower bound: " + electionTimeoutMinMillis + " ms (expected: 50 ms or more).");
        check(
                electionTimeoutMaxMillis > electionTimeoutMinMillis,
                "election timeout, upper bound: " + electionTimeoutMaxMillis + " ms (expected: above the lower bound, "
                        + electionTimeoutMinMillis + " ms).");
        check(
                electionTimeoutMaxMillis <= 60_000,
                "election timeout, upper bound: " + electionTimeoutMaxMillis + " ms (expected: 60000 ms or less).");
        check(
                entryByteLimit >= 64 * 1024 && entryByteLimit <= 48 * MIB,
                "log entry limit: " + entryByteLimit + " bytes (expected: 65536 to " + 48 * MIB + ").");
        check(
                writeBufferBytes >= entryByteLimit + LOG_FRAME_BYTES,
                "log write buffer: " + writeBufferBytes + " bytes (expected: at least the log entry limit + "
                        + LOG_FRAME_BYTES + " = " + (entryByteLimit + LOG_FRAME_BYTES) + ").");
        check(
                segmentBytes >= MIB && segmentBytes <= 256 * MIB,
                "log file size: " + segmentBytes + " bytes (expected: " + MIB + " to " + 256 * MIB + ").");
        check(
                segmentCacheBytes >= segmentBytes,
                "log cache: " + segmentCacheBytes + " bytes (expected: at least one log file, " + segmentBytes + ").");
        check(freeSpaceMinBytes >= 0, "least free space: " + freeSpaceMinBytes + " bytes (expected: 0 or more).");
        check(
                snapshotBytesPerSecond >= MIB,
                "snapshot transfer rate: " + snapshotBytesPerSecond + " bytes per second (expected: " + MIB
                        + " or more).");
    }

    /** The values meant for use, with everything under one directory. */
    public static RatisSettings defaults(Path storageDirectory, Path removedDirectory, String host, int port) {
        return new RatisSettings(
                storageDirectory,
                removedDirectory,
                host,
                port,
                500,
                1_000,
                4 * MIB,
                4 * MIB + 64 * 1024,
                4 * MIB,
                8 * MIB,
                64L * MIB,
                DEFAULT_SNAPSHOT_BYTES_PER_SECOND);
    }

    /** The same with other election timeouts. */
    public RatisSettings withElectionTimeoutMillis(int min, int max) {
        return new RatisSettings(
                storageDirectory,
                removedDirectory,
                host,
                port,
                min,
                max,
                entryByteLimit,
                writeBufferBytes,
                segmentBytes,
                segmentCacheBytes,
                freeSpaceMinBytes,
                snapshotBytesPerSecond);
    }

    /** The same with another least free disk space. */
    public RatisSettings withFreeSpaceMinBytes(long bytes) {
        return new RatisSettings(
                storageDirectory,
                removedDirectory,
                host,
                port,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                entryByteLimit,
                writeBufferBytes,
                segmentBytes,
                segmentCacheBytes,
                bytes,
                snapshotBytesPerSecond);
    }

    /** The same with another rate at which snapshots are sent. */
    public RatisSettings withSnapshotBytesPerSecond(long bytes) {
        return new RatisSettings(
                storageDirectory,
                removedDirectory,
                host,
                port,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                entryByteLimit,
                writeBufferBytes,
                segmentBytes,
                segmentCacheBytes,
                freeSpaceMinBytes,
                bytes);
    }

    /** The same with another size of log files and of the cache for them (twice that size). */
    public RatisSettings withSegmentBytes(int bytes) {
        return new RatisSettings(
                storageDirectory,
                removedDirectory,
                host,
                port,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                entryByteLimit,
                writeBufferBytes,
                bytes,
                2 * bytes,
                freeSpaceMinBytes,
                snapshotBytesPerSecond);
    }

    /** Most bytes of a proposal: the entry limit less what Ratis adds. */
    public int proposalByteLimit() {
        return entryByteLimit - ENTRY_OVERHEAD_BYTES;
    }

    /**
     * The rate at which snapshots are sent. A receiver, and whoever counts on its answers, must hear something well within an
     * election timeout.
     */
    TransferRate newSnapshotRate() {
        return new TransferRate(NanoClock.system(), snapshotBytesPerSecond, electionTimeoutMinMillis / 4);
    }

    private long snapshotPartBytes() {
        long share = snapshotBytesPerSecond / SNAPSHOT_PARTS_PER_SECOND;
        return Math.max(SNAPSHOT_PART_BYTES_MIN, Math.min(SNAPSHOT_PART_BYTES_MAX, share));
    }

    /** The settings as Ratis takes them. */
    RaftProperties toProperties() {
        RaftProperties properties = new RaftProperties();
        entries().forEach(properties::set);
        return properties;
    }

    /** All keys and values, ordered by key. */
    Map<String, String> entries() {
        Map<String, String> all = new TreeMap<>();
        addTransport(all);
        addStorage(all);
        addElections(all);
        addLog(all);
        addSnapshots(all);
        addRequests(all);
        return Collections.unmodifiableMap(all);
    }

    private void addTransport(Map<String, String> all) {
        // The Netty transport has one blocking request at a time per follower.
        all.put(RaftConfigKeys.Rpc.TYPE_KEY, PacedGrpc.class.getName());
        all.put(RaftConfigKeys.DataStream.TYPE_KEY, "DISABLED");
        all.put(GrpcConfigKeys.Server.HOST_KEY, host);
        all.put(GrpcConfigKeys.Server.PORT_KEY, Integer.toString(port));
        all.put(GrpcConfigKeys.MESSAGE_SIZE_MAX_KEY, bytes(entryByteLimit + MESSAGE_BYTES_ABOVE_ENTRY));
        all.put(GrpcConfigKeys.FLOW_CONTROL_WINDOW_KEY, bytes(MIB));
        // Heartbeats must not queue behind large appends: a follower would call an election under load.
        all.put(GrpcConfigKeys.Server.HEARTBEAT_CHANNEL_KEY, "true");
        all.put(GrpcConfigKeys.Server.LEADER_OUTSTANDING_APPENDS_MAX_KEY, "8");
        all.put(GrpcConfigKeys.Server.STUB_POOL_SIZE_KEY, "1");
        // Threads for Ratis' own client protocol, which we do not use.
        all.put(GrpcConfigKeys.Server.ASYNC_REQUEST_THREAD_POOL_SIZE_KEY, "4");
        // Parts on their way without an answer: a second's worth. A sender that waits because there are so many does
        // not
        // notice that the stream has failed (see PacedGrpc), so it should rarely have to.
        all.put(
                GrpcConfigKeys.Server.INSTALL_SNAPSHOT_REQUEST_ELEMENT_LIMIT_KEY,
                Integer.toString(SNAPSHOT_PARTS_PER_SECOND));
        // A part is answered after it is on the follower's disk, and the last one after all of it has been forced
        // and checked; the limit holds for each, times the element limit: 40 s (Ratis: GrpcLogAppender). So long a
        // follower that does not answer, but whose connection stands, hears nothing else either.
        all.put(
                GrpcConfigKeys.Server.INSTALL_SNAPSHOT_REQUEST_TIMEOUT_KEY,
                millis(SNAPSHOT_PART_TIMEOUT_MILLIS / SNAPSHOT_PARTS_PER_SECOND));
        all.put(RaftServerConfigKeys.Rpc.REQUEST_TIMEOUT_KEY, millis(REQUEST_TIMEOUT_MILLIS));
        // Only calls a method we ignore; kept long so that it is not called for every pause.
        all.put(RaftServerConfigKeys.Rpc.SLOWNESS_TIMEOUT_KEY, millis(60_000));
    }

    private void addStorage(Map<String, String> all) {
        all.put(RaftServerConfigKeys.STORAGE_DIR_KEY, storageDirectory.toString());
        all.put(RaftServerConfigKeys.REMOVED_GROUPS_DIR_KEY, removedDirectory.toString());
        // Checked only when a group is opened (Ratis: RaftStorageDirectoryImpl#analyzeStorage); default 0.
        all.put(RaftServerConfigKeys.STORAGE_FREE_SPACE_MIN_KEY, bytes(freeSpaceMinBytes));
    }

    private void addElections(Map<String, String> all) {
        // 150-300 ms by default: storms under garbage collection on shared cores.
        all.put(RaftServerConfigKeys.Rpc.TIMEOUT_MIN_KEY, millis(electionTimeoutMinMillis));
        all.put(RaftServerConfigKeys.Rpc.TIMEOUT_MAX_KEY, millis(electionTimeoutMaxMillis));
        // Nobody leads a group that was just opened, so nothing is lost by a short first wait.
        all.put(RaftServerConfigKeys.Rpc.FIRST_ELECTION_TIMEOUT_MIN_KEY, millis(electionTimeoutMinMillis / 2));
        all.put(RaftServerConfigKeys.Rpc.FIRST_ELECTION_TIMEOUT_MAX_KEY, millis(electionTimeoutMaxMillis / 2));
        // Without it a member that was cut off comes back with a high term and deposes the leader.
        all.put(RaftServerConfigKeys.LeaderElection.PRE_VOTE_KEY, "true");
        // A leader whose process stood still for longer than an election steps down (default 10 s). Also how long a
        // leader that lost its majority waits before it stands again (Ratis: FollowerState).
        all.put(RaftServerConfigKeys.LeaderElection.LEADER_STEP_DOWN_WAIT_TIME_KEY, millis(electionTimeoutMaxMillis));
        // 1 -> 2 voters counts as a change of a majority. We never change more than one voter ourselves, see
        // RaftDivision#changeVoters, which is the rule this setting is the crude form of.
        all.put(RaftServerConfigKeys.LeaderElection.MEMBER_MAJORITY_ADD_KEY, "true");
        // By default a pause of the process of more than 60 s closes the whole RaftServer for ever while the process
        // lives (Ratis: RaftServerProxy#handleJvmPause). Terms protect us; nothing is gained by that.
        all.put(RaftServerConfigKeys.CLOSE_THRESHOLD_KEY, millis(24L * 3_600_000));
        // An election timer that overslept by this does not count: it was our own pause.
        all.put(RaftServerConfigKeys.SLEEP_DEVIATION_THRESHOLD_KEY, millis(300));
        all.put(RaftServerConfigKeys.STAGING_CATCHUP_GAP_KEY, "1000");
        // Measured since the new member's last answer, not since the start, so a slow snapshot does not run into it;
        // but
        // forcing and checking a large one, at its end, takes seconds (see LogStateMachine#pause).
        all.put(
                RaftServerConfigKeys.STAGING_TIMEOUT_KEY,
                millis(Math.max(STAGING_TIMEOUT_MILLIS, 3L * electionTimeoutMaxMillis)));
    }

    private void addLog(Map<String, String> all) {
        all.put(RaftServerConfigKeys.Log.USE_MEMORY_KEY, "false");
        // An entry above this makes the leader step down (Ratis: RaftLogBase#appendImpl, leaderShouldStepDown), and the
        // next leader with the retry: the limit holds the largest legal entry, and proposals are checked against it.
        all.put(RaftServerConfigKeys.Log.Appender.BUFFER_BYTE_LIMIT_KEY, bytes(entryByteLimit));
        all.put(RaftServerConfigKeys.Log.Appender.BUFFER_ELEMENT_LIMIT_KEY, "0");
        all.put(RaftServerConfigKeys.Log.WRITE_BUFFER_SIZE_KEY, bytes(writeBufferBytes));
        all.put(RaftServerConfigKeys.Log.SEGMENT_SIZE_MAX_KEY, bytes(segmentBytes));
        all.put(RaftServerConfigKeys.Log.SEGMENT_CACHE_NUM_MAX_KEY, "2");
        all.put(RaftServerConfigKeys.Log.SEGMENT_CACHE_SIZE_MAX_KEY, bytes(segmentCacheBytes));
        // Grows in steps of this; the default makes every replica 4 MB large.
        all.put(RaftServerConfigKeys.Log.PREALLOCATED_SIZE_KEY, bytes(64 * 1024));
        all.put(RaftServerConfigKeys.Log.QUEUE_ELEMENT_LIMIT_KEY, "4096");
        all.put(RaftServerConfigKeys.Log.QUEUE_BYTE_LIMIT_KEY, bytes(PENDING_BYTE_LIMIT));
        all.put(RaftServerConfigKeys.Log.FORCE_SYNC_NUM_KEY, "128");
        // Both acknowledge, or may acknowledge, what is not on disk (Ratis: SegmentedRaftLogWorker#asyncFlushOutStream
        // reads the last written index when the flush ends, not when it began).
        all.put(RaftServerConfigKeys.Log.UNSAFE_FLUSH_ENABLED_KEY, "false");
        all.put(RaftServerConfigKeys.Log.ASYNC_FLUSH_ENABLED_KEY, "false");
        // Else every advance of the commit index is an entry of its own, and an fsync.
        all.put(RaftServerConfigKeys.Log.LOG_METADATA_ENABLED_KEY, "false");
        // The other policy cuts a damaged log, which is forgetting what was acknowledged.
        all.put(RaftServerConfigKeys.Log.CORRUPTION_POLICY_KEY, "EXCEPTION");
        // A leader sleeps up to this between two appends to a follower (Ratis: GrpcLogAppender).
        all.put(RaftServerConfigKeys.Log.Appender.WAIT_TIME_MIN_KEY, "0ms");
        // A follower that was away is noticed within 0.75 s. The count must never run out: after it Ratis retries
        // without any wait (Ratis: MultipleLinearRandomRetry gives NO_RETRY_ACTION, whose sleep time is zero).
        all.put(RaftServerConfigKeys.Log.Appender.RETRY_POLICY_KEY, "1ms,10, 500ms,1000000000");
        // A follower that is dead must not keep the log of all others for ever: it gets a snapshot.
        all.put(RaftServerConfigKeys.Log.PURGE_UPTO_SNAPSHOT_INDEX_KEY, "true");
        all.put(RaftServerConfigKeys.Log.PURGE_PRESERVATION_LOG_NUM_KEY, "128");
        // Purges are as rare as snapshots anyway; the default would skip those of shards with few, large entries.
        all.put(RaftServerConfigKeys.Log.PURGE_GAP_KEY, "1");
    }

    private void addSnapshots(Map<String, String> all) {
        // Ratis asks after every round of applied entries; the state machine itself decides when one is due
        // (see SnapshotSchedule), and answers -1 at no cost else.
        all.put(RaftServerConfigKeys.Snapshot.AUTO_TRIGGER_ENABLED_KEY, "true");
        all.put(RaftServerConfigKeys.Snapshot.AUTO_TRIGGER_THRESHOLD_KEY, "1");
        all.put(RaftServerConfigKeys.Snapshot.CREATION_GAP_KEY, "1");
        // The state machine closes its store in good order instead.
        all.put(RaftServerConfigKeys.Snapshot.TRIGGER_WHEN_STOP_ENABLED_KEY, "false");
        all.put(RaftServerConfigKeys.Snapshot.TRIGGER_WHEN_REMOVE_ENABLED_KEY, "false");
        // Default -1: all files for ever. Two, so that a damaged newest one is survivable.
        all.put(
                RaftServerConfigKeys.Snapshot.RETENTION_FILE_NUM_KEY,
                Integer.toString(SnapshotDirectory.RETAINED_SNAPSHOTS));
        // Ratis carries the file itself, in parts.
        all.put(RaftServerConfigKeys.Log.Appender.INSTALL_SNAPSHOT_ENABLED_KEY, "true");
        all.put(RaftServerConfigKeys.Log.Appender.SNAPSHOT_CHUNK_SIZE_MAX_KEY, bytes(snapshotPartBytes()));
    }

    private void addRequests(Map<String, String> all) {
        // Reads never go through Ratis: LINEARIZABLE answers stale data in 3.3.0 (Ratis: ReadIndexHeartbeats returns at
        // once for an index that was acknowledged before), and the lease is not honoured in real votes (VoteContext).
        all.put(RaftServerConfigKeys.Read.OPTION_KEY, "DEFAULT");
        all.put(RaftServerConfigKeys.Read.LEADER_LEASE_ENABLED_KEY, "false");
        // What may be pending at a leader, per group. Above it, proposals are refused before they are appended.
        all.put(RaftServerConfigKeys.Write.ELEMENT_LIMIT_KEY, "4096");
        all.put(RaftServerConfigKeys.Write.BYTE_LIMIT_KEY, bytes(PENDING_BYTE_LIMIT));
        // Our proposals never repeat a call id, so the cache only costs memory: one reply per entry until it expires.
        // Exactly-once is the state machine's business.
        all.put(RaftServerConfigKeys.RetryCache.EXPIRY_TIME_KEY, millis(2_000));
        all.put(RaftServerConfigKeys.RetryCache.STATISTICS_EXPIRY_TIME_KEY, millis(10_000));
        all.put(RaftServerConfigKeys.Notification.NO_LEADER_TIMEOUT_KEY, millis(60_000));
    }

    private static String millis(long value) {
        return value + "ms";
    }

    private static String bytes(long value) {
        return Long.toString(value);
    }

    private static void checkDirectory(String name, Path directory) {
        Objects.requireNonNull(directory, name);
        String text = directory.toString();
        // Ratis takes a comma-separated list of directories, trims them, and expands ${...}.
        check(
                directory.isAbsolute() && !text.contains(",") && !text.contains("${") && text.equals(text.strip()),
                name + ": '" + text + "' (expected: an absolute path without ',' and '${', no space at its ends).");
    }

    private static void check(boolean valid, String sentence) {
        if (!valid) {
            throw new RingKvException(ErrorCode.INVALID_CONFIG_VALUE, sentence);
        }
    }
}
