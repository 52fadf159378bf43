package io.ringkv.common.error;

import static io.ringkv.common.error.Effect.NOT_APPLIED;
import static io.ringkv.common.error.ExitCode.CONFIG;
import static io.ringkv.common.error.ExitCode.IO;
import static io.ringkv.common.error.ExitCode.LIMIT;
import static io.ringkv.common.error.ExitCode.SAFETY;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every error RingKV reports. A name may be improved; a number is for ever, and its hundreds are its {@link ErrorFamily}.
 * The number 0, {@link #OK}, is no error: it stands where a result carries a code.
 *
 * <p>Each code carries what it means and what to do about it; {@code docs/errors.md} is made from this enum.
 */
public enum ErrorCode {
    OK(0, "Done.", "Nothing."),

    INVALID_ARGUMENT(100, "A part of the request is not valid.", "Correct the part that is named."),
    KEY_EMPTY(101, "The key has no bytes.", "Use a key of 1 to 4096 bytes."),
    KEY_TOO_LARGE(102, LIMIT, 413, "The key is longer than 4096 bytes.", "Use a shorter key, such as a hash of it."),
    VALUE_TOO_LARGE(103, LIMIT, 413, "The value is larger than 1 MiB.", "Store it in parts, under several keys."),
    BATCH_EMPTY(104, "The batch has no operation.", "Put at least one operation into it."),
    BATCH_TOO_MANY_KEYS(105, LIMIT, 413, "The batch has more than 128 operations.", "Send several smaller batches."),
    BATCH_TOO_LARGE(106, LIMIT, 413, "Keys and values of the batch exceed 2 MiB.", "Send several smaller batches."),
    BATCH_SPANS_SHARDS(
            107,
            "The keys of the batch lie on more than one shard.",
            "Give the keys a common hash tag, such as {user1}, or send one batch per shard."),
    MALFORMED_FRAME(
            108,
            "Bytes on a connection are not a message of the protocol.",
            "Check that the port is the intended one, and the client's version."),
    FRAME_TOO_LARGE(109, LIMIT, 413, "A message is larger than the receiver takes.", "Send smaller messages."),
    PROTOCOL_UNSUPPORTED(
            110, "The two sides have no protocol version in common.", "Use a client and server of nearer releases."),
    OPERATION_UNSUPPORTED(
            111, "The receiver does not know, or not take, this type of operation.", "Compare the two versions."),
    SEQUENCE_OUT_OF_WINDOW(
            112,
            "The sequence is 1024 or more above the smallest one still awaited.",
            "Wait for earlier writes, or raise the floor."),
    SCAN_LIMIT_INVALID(
            113, LIMIT, 400, "The page limit of a scan is out of bounds.", "Ask for 1 to 1000 entries per page."),
    CONTINUATION_INVALID(
            114, "The continuation key does not lie inside the scan.", "Pass on the one of the last page unchanged."),
    TIMEOUT_INVALID(115, "The time limit of a request is out of bounds.", "Use 1 ms to 5 min."),
    ADDRESS_INVALID(116, "An address does not have the form HOST:PORT.", "Write it like localhost:7400."),
    UNKNOWN_FLAG(117, "The command line has a flag the command does not know.", "See the command's --help."),
    UNKNOWN_CONFIG_KEY(
            118, CONFIG, 400, "A configuration key is not known.", "Correct it, or remove it if it is from elsewhere."),
    INVALID_CONFIG_VALUE(119, CONFIG, 400, "A configured value is not valid.", "Write it in the form that is named."),
    CONFIG_FILE_UNREADABLE(
            120, CONFIG, 400, "The configuration file cannot be read.", "Check its path, permissions and syntax."),
    WRONG_JDK(121, CONFIG, 400, "The Java runtime is too old.", "Run with Java 17 or newer; see JAVA_HOME."),
    INPUT_MALFORMED(122, "An input file or stream has a record that cannot be read.", "Correct the record named."),
    SESSION_TOKEN_INVALID(
            123, "A session token cannot be read or is of another cluster.", "Start with a new, empty session file."),

    NOT_FOUND(200, "What the request names does not exist.", "Check the name."),
    KEY_NOT_FOUND(201, "The key does not exist.", "Nothing to do, unless it should exist."),
    SERVER_NOT_FOUND(202, "No server has this id or label.", "See ringkv server list."),
    SHARD_NOT_FOUND(203, "No shard has this number.", "See ringkv shard list."),
    MANAGER_NOT_FOUND(204, "No manager has this id or label.", "See ringkv manager list."),

    CONDITION_FAILED(300, "A condition of the request does not hold.", "Read the present state and decide anew."),
    VALUE_MISMATCH(301, "The key does not have the expected value.", "Read it and decide anew."),
    REVISION_MISMATCH(302, "The key was changed since the expected revision.", "Read it and decide anew."),
    KEY_EXISTS(303, "The key exists, and was expected not to.", "Read it and decide anew."),
    COUNTER_OVERFLOW(
            304, "The counter would leave the signed 64-bit range.", "Increment by less, or set the counter anew."),
    NOT_A_COUNTER(305, "The value is not a decimal 64-bit number.", "Increment another key, or set this one anew."),
    ALREADY_BOOTSTRAPPED(
            306, "The cluster exists already, with other members or settings.", "Use it as it is: ringkv status."),
    LABEL_IN_USE(307, "Another server that is not removed has this label.", "Choose another label."),

    STALE(400, "The sender's knowledge is out of date.", "Refresh it and send again."),
    NOT_RESPONSIBLE(401, "The shard's range does not hold the key.", "Send to the shard that has it, by a newer map."),
    STALE_EPOCH(402, "The epoch of the request is older than the receiver's.", "Refresh the shard map and send again."),
    UNKNOWN_SHARD(403, "The server has no replica of this shard.", "Refresh the shard map and send again."),
    STALE_INCARNATION(
            404,
            "The request is meant for a former life of the shard.",
            "Refresh the shard map; outcomes from before a restore are unknown."),
    WRONG_SERVER(405, "Another server answers at this address than was meant.", "Refresh the shard map."),
    SESSION_EXPIRED(
            406,
            "The shard does not know the session: it was idle too long, or closed.",
            "Open a new one; a write that was sent before has an unknown outcome."),
    SCAN_EXPIRED(407, 410, "The scan was open longer than 10 s and was cut.", "Go on from the continuation key."),
    STALE_INSTRUCTION(
            408, "An instruction carries an older term or replica epoch than was obeyed.", "Nothing; it is refused."),
    PLAN_STALE(
            409,
            ExitCode.STALE_PLAN,
            409,
            "The change was planned for a ring epoch that is gone.",
            "Make the plan anew, look at it, and apply that."),

    NOT_LEADER(500, "The replica does not lead its shard.", "Send to the leader named, or ask another replica."),
    LEADER_NOT_READY(501, "The replica was just elected and is not ready to lead.", "Send again at once."),
    NOT_MANAGER_LEADER(502, "This manager does not lead.", "Send to the leader named, or ask another manager."),

    OVERLOADED(600, "The receiver has as much to do as it takes.", "Wait as told, then send again."),
    SHARD_QUEUE_FULL(601, "Too many operations wait for the shard.", "Wait as told, or spread keys over more shards."),
    CLIENT_QUEUE_FULL(602, "The client has as many unanswered requests as it may.", "Await some before sending more."),
    TOO_MANY_SESSIONS(603, "The shard has 20000 sessions.", "Share client instances, close them, or wait."),
    SESSION_TABLE_FULL(604, "The results kept for sessions take 64 MiB.", "Await answers sooner, or wait."),
    TOO_MANY_CONNECTIONS(605, "The server has as many connections as it takes.", "Share client instances."),
    TOO_MANY_SCANS(606, "The server has as many open scans as it takes.", "Finish some, or wait."),
    RETRY_BUDGET_EXHAUSTED(607, "The client retries more than its budget allows.", "Find out why so much fails."),

    READ_ONLY(700, "The server takes no growth now.", "Free or add space; reads and deletes go on."),
    DISK_FULL(701, "The disk of the server is full.", "Free or add space; reads go on."),

    UNAVAILABLE(800, "The request cannot be served now.", "Try again later."),
    NO_ENDPOINT_REACHABLE(801, "No address that was given or learned answers.", "Check --endpoints and the servers."),
    NO_LEADER(802, "The shard has no leader now.", "Try again; see ringkv status if it lasts."),
    DEADLINE_EXCEEDED_NOT_APPLIED(
            803, GrpcStatus.DEADLINE_EXCEEDED, "Time ran out before the request was proposed.", "Allow more time."),
    READ_NOT_CONFIRMED(804, "The leader could not confirm that it still leads.", "Try again, at another replica."),
    SHUTTING_DOWN(805, "The server is about to stop.", "Send to another replica."),
    STARTING(806, "The server or replica has not finished starting.", "Try again in a moment."),
    CONNECTION_LOST(807, "The connection was lost before the request was sent.", "Try again, at another replica."),
    ABANDONED(808, "The request was given up and will never be applied.", "Send it as a new request, if still wanted."),
    NOT_BOOTSTRAPPED(
            809, "The cluster does not exist yet.", "Create it once: ringkv cluster bootstrap --managers A,B,C."),
    NOT_PLACED(810, "The shards wait for enough servers to join.", "Start the missing servers; see ringkv status."),
    REPLICA_FAILED(811, "This replica stopped serving because of an error.", "Send to another; see the server's log."),
    REPLICA_BEHIND(812, "The replica did not become as fresh as the session.", "Send to another replica."),
    MANAGER_UNAVAILABLE(813, "No leader of the shard manager answers.", "Try again; data requests are not affected."),
    LOCKED(814, "The key is locked by a transaction.", "Wait as told, then send again."),
    CLIENT_CLOSED(815, "The client was closed.", "Use an open client."),
    UNHEALTHY(816, ExitCode.UNHEALTHY, 503, "A check found something wrong.", "See the parts that are named."),
    PORT_IN_USE(817, IO, 503, "Another process listens on the port.", "Stop it or choose another port."),
    DATA_DIRECTORY_LOCKED(
            818, IO, 503, "Another process uses the data directory.", "Stop it or choose another directory."),
    CLOCK_WENT_BACKWARDS(
            819, "The machine's clock was set back.", "Nothing for the data; correct the clock for logs and people."),
    MANAGER_BEHIND(
            820,
            "The shard manager knows less than servers have seen of it: its log is not the newest one.",
            "Keep all data directories, and bring back the managers that have the newest log."),
    QUORUM_LOST(
            821,
            "No majority of the shard's replicas is up.",
            "Bring back the servers that are down; if their data is gone: ringkv recover plan."),

    OUTCOME_UNKNOWN(
            900, "No answer came before the deadline, and the shard could not be asked.", "Read before writing again."),
    ATTEMPT_IN_DOUBT(
            901, "The attempt reached a log, but its fate is not known.", "Send the same session and sequence again."),
    SESSION_LOST(
            902, "The session of a write that was sent before is gone.", "Read before writing again; keep below 1 h."),

    FORBIDDEN(1000, "The request is not allowed.", "Do not retry it."),
    WRONG_CLUSTER(1001, "The other side belongs to another cluster.", "Check addresses and data directories."),
    DATA_DIRECTORY_FOREIGN(
            1002, CONFIG, 403, "The data directory belongs to something else.", "Give the right directory."),
    SERVER_REMOVED(
            1003,
            ExitCode.REMOVED,
            403,
            "This server was removed from the cluster.",
            "Start it as new, with an empty directory."),
    SAFETY_REFUSED(1004, SAFETY, 409, "It would endanger data or availability.", "Remove the cause that is named."),
    ADDRESS_CHANGED(
            1005,
            CONFIG,
            409,
            "A process says other addresses than it is known by.",
            "Give it its old addresses, or an empty data directory: then it joins as a new one."),
    MANAGER_REMOVED(
            1006,
            ExitCode.REMOVED,
            403,
            "This manager was removed from the cluster.",
            "To have one here again, start it with an empty directory and --join."),

    INTERNAL(1100, "Something went wrong that should not.", "Report it with the log of the process."),
    SNAPSHOT_CORRUPT(
            1101, IO, GrpcStatus.DATA_LOSS, "A snapshot is cut or damaged.", "Keep it for study; an older is used."),
    STORE_CORRUPT(
            1102,
            IO,
            GrpcStatus.DATA_LOSS,
            "The store of a replica is damaged.",
            "Nothing; it is rebuilt from the log."),
    LOG_ENTRY_UNKNOWN(
            1103, IO, GrpcStatus.DATA_LOSS, "A log entry is of an unknown type or level.", "Install a newer release."),
    REPLICA_DIVERGED(
            1104, IO, GrpcStatus.DATA_LOSS, "A replica differs from the others.", "Report it; it must be rebuilt."),
    DATA_DIRECTORY_UNREADABLE(
            1105, IO, "The data directory cannot be used.", "Check path, owner, permissions and disk."),
    DISK_FAILED(1106, IO, "Writing or forcing data to disk failed.", "Check the disk before starting again.");

    private static final Map<Integer, ErrorCode> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::number, Function.identity()));

    private final int number;
    private final ErrorFamily family;
    private final Effect effect;
    private final ExitCode exitCode;
    private final GrpcStatus grpcStatus;
    private final int httpStatus;
    private final String meaning;
    private final String advice;

    ErrorCode(int number, String meaning, String advice) {
        this(number, ErrorFamily.ofNumber(number), meaning, advice);
    }

    /** For an error of the process itself, which never answers a request: nothing was applied. */
    ErrorCode(int number, ExitCode exitCode, String meaning, String advice) {
        this(number, exitCode, GrpcStatus.INTERNAL, meaning, advice);
    }

    /** For an error of the process itself, which never answers a request: nothing was applied. */
    ErrorCode(int number, ExitCode exitCode, GrpcStatus grpcStatus, String meaning, String advice) {
        this(number, NOT_APPLIED, exitCode, grpcStatus, 500, meaning, advice);
    }

    ErrorCode(int number, int httpStatus, String meaning, String advice) {
        this(number, ErrorFamily.ofNumber(number).exitCode(), httpStatus, meaning, advice);
    }

    ErrorCode(int number, ExitCode exitCode, int httpStatus, String meaning, String advice) {
        this(
                number,
                ErrorFamily.ofNumber(number).effect(),
                exitCode,
                ErrorFamily.ofNumber(number).grpcStatus(),
                httpStatus,
                meaning,
                advice);
    }

    ErrorCode(int number, GrpcStatus grpcStatus, String meaning, String advice) {
        this(
                number,
                ErrorFamily.ofNumber(number).effect(),
                ErrorFamily.ofNumber(number).exitCode(),
                grpcStatus,
                ErrorFamily.ofNumber(number).httpStatus(),
                meaning,
                advice);
    }

    ErrorCode(int number, ErrorFamily family, String meaning, String advice) {
        this(number, family.effect(), family.exitCode(), family.grpcStatus(), family.httpStatus(), meaning, advice);
    }

    ErrorCode(
            int number,
            Effect effect,
            ExitCode exitCode,
            GrpcStatus grpcStatus,
            int httpStatus,
            String meaning,
            String advice) {
        this.number = number;
        this.family = ErrorFamily.ofNumber(number);
        this.effect = effect;
        this.exitCode = exitCode;
        this.grpcStatus = grpcStatus;
        this.httpStatus = httpStatus;
        this.meaning = meaning;
        this.advice = advice;
    }

    /**
     * The code with this number.
     *
     * @return null if the number is not known to this release
     */
    public static @Nullable ErrorCode ofNumber(int number) {
        return BY_NUMBER.get(number);
    }

    /**
     * The code to act on for a number from the wire: its own, or the general code of its family if the number is younger
     * than this release.
     */
    public static ErrorCode ofWire(int number) {
        ErrorCode exact = BY_NUMBER.get(number);
        if (exact != null) {
            return exact;
        }
        return ErrorFamily.ofNumber(number).generalCode();
    }

    /** Stable number; 0 for {@link #OK} only. */
    public int number() {
        return number;
    }

    /** The decision it asks of the caller. */
    public ErrorFamily family() {
        return family;
    }

    /** Whether the attempt that was answered so may have changed data. */
    public Effect effect() {
        return effect;
    }

    /** Exit code of a command or process that ends because of it. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** gRPC status of a call that fails with it. */
    public GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** HTTP status of an answer that carries it. */
    public int httpStatus() {
        return httpStatus;
    }

    /** What happened, in one general sentence. */
    public String meaning() {
        return meaning;
    }

    /** What to do next, in one sentence. */
    public String advice() {
        return advice;
    }
}
