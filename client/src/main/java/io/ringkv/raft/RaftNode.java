package io.ringkv.raft;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.JavaUtils;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The one RaftServer of a process: starts it, opens and closes groups on it.
 *
 * <p>Groups are opened one by one after the server runs, never by Ratis' own scan: that would open whatever directory it
 * finds, and one group that fails to open (a damaged log) would keep the whole server from starting (Ratis: {@code
 * RaftServerProxy#startImpl} joins the starts of all). The scan happens when the server is built, in the storage directory
 * of the properties ({@code RaftServerProxy#initGroups}); a group finds its directory when it is opened, in the storage
 * directory of the same properties at that moment ({@code StorageImplUtils.Op}). So the server is built with a directory
 * that does not exist and is given the real one before the first group.
 *
 * <p>Threading: all methods from any thread. {@link #division} does not wait; all others may and belong on a control
 * thread. Ratis opens groups one after the other on one thread of its own.
 */
public final class RaftNode implements AutoCloseable {
    private static final String NOTHING_HERE = "none-yet";

    private final RaftServer server;
    private final TransferRate rate;
    private final RaftSettingsView settings;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private final ConcurrentHashMap<GroupId, RaftDivision> divisions = new ConcurrentHashMap<>();

    private record RaftSettingsView(Path storageDirectory, int proposalByteLimit) {}

    private RaftNode(RaftServer server, RatisSettings settings, TransferRate rate) {
        this.server = server;
        this.rate = rate;
        this.settings = new RaftSettingsView(settings.storageDirectory(), settings.proposalByteLimit());
    }

    /**
     * Starts the server, without any group.
     *
     * @param id identity of this process among the members of its groups
     * @param machines makes the state machine of a group each time it is opened
     * @throws RingKvException with {@link ErrorCode#PORT_IN_USE} if another process listens on the port
     * @throws IOException if Ratis does not start
     */
    public static RaftNode start(long id, RatisSettings settings, Function<GroupId, LogStateMachine> machines)
            throws IOException {
        takeExitFromRatis();
        checkPortFree(settings.host(), settings.port());
        RaftProperties properties = settings.toProperties();
        properties.set(
                RaftServerConfigKeys.STORAGE_DIR_KEY,
                settings.storageDirectory().resolve(NOTHING_HERE).toString());
        TransferRate rate = settings.newSnapshotRate();
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RaftIds.peer(id))
                .setProperties(properties)
                .setParameters(PacedGrpc.parameters(rate))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setStateMachineRegistry(group -> machines.apply(new GroupId(group.getUuid())))
                .build();
        try {
            server.start();
        } catch (ExitUtils.ExitException e) {
            server.close();
            throw portInUse(settings.host(), settings.port(), e);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        properties.set(
                RaftServerConfigKeys.STORAGE_DIR_KEY,
                settings.storageDirectory().toString());
        return new RaftNode(server, settings, rate);
    }

    /**
     * Ratis ends the process when it cannot bind its port (Ratis: {@code GrpcServicesImpl#startImpl}, {@code ExitUtils}),
     * and as a side effect of loading that class makes every uncaught exception of any thread do the same. Ending the
     * process is ours to decide.
     */
    private static synchronized void takeExitFromRatis() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        ExitUtils.setTerminateOnUncaughtException(false);
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    /** Asks first, because Ratis reports a port in use only after it has started everything else. */
    private static void checkPortFree(String host, int port) {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw portInUse(host, port, e);
        }
    }

    private static RingKvException portInUse(String host, int port, Throwable cause) {
        return new RingKvException(
                ErrorCode.PORT_IN_USE, "The Raft port " + host + ":" + port + " cannot be listened on.", cause);
    }

    /** The port the server listens on. */
    public int port() {
        return server.getServerRpc().getInetSocketAddress().getPort();
    }

    /** Whether the server runs; false for ever once it has been closed, by us or by Ratis itself. */
    public boolean isRunning() {
        return server.getLifeCycleState() == LifeCycle.State.RUNNING;
    }

    /** Bytes of snapshots that were sent so far, to all others together. */
    public long snapshotBytesSent() {
        return rate.sentBytes();
    }

    /** Where the group keeps its log and snapshots. */
    public Path directoryOf(GroupId group) {
        return settings.storageDirectory().resolve(group.toString());
    }

    /**
     * The open division of a group, or null. A reference that is kept while the group is closed and opened again only ever
     * says "not running".
     */
    public @Nullable RaftDivision division(GroupId group) {
        return divisions.get(group);
    }

    /**
     * Opens a group whose directory exists; its voters are those it knows from there. Without a directory Ratis would make an
     * empty one with term 0 and no voters, which must be asked for by a term floor (see {@link RaftMetaFile}).
     *
     * @return completes when it is open and, if it knows its voters, taking part; fails if the directory is missing or
     *     damaged. A group that is open already fails with {@code AlreadyExistsException}
     */
    public CompletableFuture<RaftDivision> open(GroupId group) {
        RaftGroup ratisGroup;
        try {
            List<RaftMember> voters =
                    GroupDirectory.of(settings.storageDirectory(), group).firstVoters();
            ratisGroup = RaftGroup.valueOf(RaftIds.group(group), RaftIds.peers(voters));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        // Format = false: Ratis makes the directory if there is none, and never clears one.
        GroupManagementRequest request =
                GroupManagementRequest.newAdd(clientId, server.getId(), callIds.incrementAndGet(), ratisGroup, false);
        return outcome(() -> server.groupManagementAsync(request)).thenApply(done -> {
            try {
                RaftDivision division = new RaftDivision(
                        server,
                        server.getDivision(ratisGroup.getGroupId()),
                        group,
                        clientId,
                        callIds,
                        settings.storageDirectory(),
                        settings.proposalByteLimit());
                divisions.put(group, division);
                return division;
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    /**
     * Opens a group for the first time in its life, with all its voters; if its directory exists it is opened as it is.
     * Must never be done for a group of which this process may have been a member before and whose directory it lost: it
     * would have forgotten its term and votes, and help to elect a second leader.
     *
     * @param voters all first voters, this process among them; every one of them opens the group with the same
     */
    public CompletableFuture<RaftDivision> create(GroupId group, List<RaftMember> voters) {
        GroupDirectory directory = GroupDirectory.of(settings.storageDirectory(), group);
        try {
            if (!directory.exists()) {
                directory.makeFirst(voters);
            }
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(group);
    }

    /**
     * Closes a group; its state machine is closed in good order when that is still possible. A group that is not open is as
     * good as closed.
     *
     * <p>Waits for the division to close, on the calling thread (Ratis: {@code RaftServerImpl#groupRemove}), for ever if it
     * is deadlocked.
     *
     * @param deleteDirectory also deletes log and snapshots
     */
    public CompletableFuture<Void> close(GroupId group, boolean deleteDirectory) {
        divisions.remove(group);
        return outcome(() -> server.groupManagementAsync(GroupManagementRequest.newRemove(
                        clientId,
                        server.getId(),
                        callIds.incrementAndGet(),
                        RaftIds.group(group),
                        deleteDirectory,
                        false)))
                .exceptionallyCompose(
                        failure -> JavaUtils.unwrapCompletionException(failure) instanceof GroupMismatchException
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(failure));
    }

    /** Closes all groups in good order and stops the server. Waits for that. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.INTERNAL, "The Raft server did not stop in good order.", e);
        }
        divisions.clear();
    }

    /** A request to Ratis. */
    @FunctionalInterface
    interface Request {
        CompletableFuture<RaftClientReply> send() throws IOException;
    }

    /** A request whose failure, which Ratis throws, returns as a value, or fails a future with, always fails the future. */
    static CompletableFuture<Void> outcome(Request request) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        CompletableFuture<RaftClientReply> reply;
        try {
            reply = request.send();
        } catch (IOException | RuntimeException e) {
            outcome.completeExceptionally(JavaUtils.unwrapCompletionException(e));
            return outcome;
        }
        CompletableFuture<RaftClientReply> unused = reply.whenComplete((answer, failure) -> {
            if (failure != null) {
                outcome.completeExceptionally(JavaUtils.unwrapCompletionException(failure));
            } else if (!answer.isSuccess()) {
                Throwable why = answer.getException();
                outcome.completeExceptionally(why != null ? why : new IOException("refused without a reason"));
            } else {
                outcome.complete(null);
            }
        });
        return outcome;
    }

    /** Identity of this process among the members of its groups. */
    public long id() {
        RaftPeerId peer = server.getId();
        return RaftIds.member(peer);
    }
}
