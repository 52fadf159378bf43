package io.ringkv.testing.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.LifeCycle;

/**
 * One server of a {@link RatisCluster} and its replica of the cluster's one group. Requests go to the replica directly,
 * without Ratis' client: nobody redirects or repeats them, so an answer is the answer of exactly this server.
 *
 * <p>Methods that ask about the replica fail with {@link UncheckedIOException} while the server has none. Not
 * thread-safe as far as starting and stopping go; questions and requests may come from any thread.
 */
public final class RatisServer {
    /** The voters a server goes by; {@code previous} is not empty while a change is under way (joint consensus). */
    public record Voters(Set<RaftPeerId> current, Set<RaftPeerId> previous) {}

    private final RaftPeerId id;
    private final RaftGroupId groupId;
    private final Path storageDirectory;
    private final RaftProperties properties;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callId = new AtomicLong();
    private volatile RegisterStateMachine stateMachine = new RegisterStateMachine();
    private RaftServer server;
    private RaftPeer peer;

    RatisServer(RaftPeerId id, RaftGroupId groupId, Path storageDirectory, RaftProperties properties)
            throws IOException {
        this.id = id;
        this.groupId = groupId;
        this.storageDirectory = storageDirectory;
        this.properties = properties;
        start();
        int port = server.getServerRpc().getInetSocketAddress().getPort();
        // A restart comes back where the others look for it.
        GrpcConfigKeys.Server.setPort(properties, port);
        this.peer = RaftPeer.newBuilder()
                .setId(id)
                .setAddress(GrpcConfigKeys.Server.host(properties) + ":" + port)
                .build();
    }

    /** The id, unique in this JVM. */
    public RaftPeerId id() {
        return id;
    }

    /** The one storage directory; the group's is in it. */
    public Path storageDirectory() {
        return storageDirectory;
    }

    RaftPeer peer() {
        return peer;
    }

    /** Starts a server that was stopped. It opens the group again if it has its directory. */
    public void start() throws IOException {
        server = RaftServer.newBuilder()
                .setServerId(id)
                .setStateMachineRegistry(ignored -> stateMachine = new RegisterStateMachine())
                .setProperties(properties)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
    }

    /** Stops the server; its directory stays. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds the group.
     *
     * @param format true: a new directory, refused if there is one; false: the directory that is there, or a new one
     * @param peers the first voters; none for a replica that waits to be added to the configuration by a leader
     */
    public void addGroup(boolean format, Collection<RatisServer> peers) throws IOException {
        List<RaftPeer> members = peers.stream().map(RatisServer::peer).toList();
        require(server.groupManagement(GroupManagementRequest.newAdd(
                clientId, id, callId.incrementAndGet(), RaftGroup.valueOf(groupId, members), format)));
    }

    /** Removes the group and deletes its directory. */
    public void removeGroup() throws IOException {
        require(server.groupManagement(
                GroupManagementRequest.newRemove(clientId, id, callId.incrementAndGet(), groupId, true, false)));
    }

    private static void require(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException("Refused: " + reply, reply.getException());
        }
    }

    /** Ratis' own object, for what has no verb here. */
    public RaftServer.Division division() {
        try {
            return server.getDivision(groupId);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long term() {
        return division().getInfo().getCurrentTerm();
    }

    public LifeCycle.State lifeCycleState() {
        return division().getInfo().getLifeCycleState();
    }

    /** Believes to lead. */
    public boolean leads() {
        return division().getInfo().isLeader();
    }

    /** Believes to lead, and has committed and applied the start-up entry of its term: it accepts requests. */
    public boolean isReadyLeader() {
        return leads() && division().getInfo().isLeaderReady();
    }

    /** The terms in which the present replica became a ready leader, oldest first. */
    public List<Long> readyTerms() {
        return stateMachine.readyTerms();
    }

    public Voters voters() {
        RaftConfiguration configuration = division().getRaftConf();
        return new Voters(ids(configuration.getCurrentPeers()), ids(configuration.getPreviousPeers()));
    }

    private static Set<RaftPeerId> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(RaftPeer::getId).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the configuration this server goes by is committed, as far as it knows. */
    public boolean isConfigurationCommitted() {
        return lastCommittedIndex() >= division().getRaftConf().getLogEntryIndex();
    }

    public long lastCommittedIndex() {
        return division().getRaftLog().getLastCommittedIndex();
    }

    /** Index of the next entry of the log: 0 if the log is empty. */
    public long nextIndex() {
        return division().getRaftLog().getNextIndex();
    }

    /** The entry at this index, if this server holds it to be committed. */
    public Optional<TermIndex> committedEntry(long index) {
        return lastCommittedIndex() < index
                ? Optional.empty()
                : Optional.ofNullable(division().getRaftLog().getTermIndex(index));
    }

    /** The applied value of a register, {@code ""} if it was never written. No request: just a look inside. */
    public String applied(String name) {
        return stateMachine.get(name);
    }

    /** Writes a register. A successful reply is the acknowledgement; it carries the index of the entry. */
    public CompletableFuture<RaftClientReply> write(String name, String value) {
        return submit(RaftClientRequest.writeRequestType(), RegisterStateMachine.write(name, value));
    }

    /** Reads a register as the server's {@code read.option} says. */
    public CompletableFuture<RaftClientReply> read(String name) {
        return submit(RaftClientRequest.readRequestType(), RegisterStateMachine.query(name));
    }

    /** Reads a register without any check but that the server believes to lead: {@code read.option=DEFAULT}. */
    public CompletableFuture<RaftClientReply> readUnchecked(String name) {
        return submit(RaftClientRequest.readRequestType(true), RegisterStateMachine.query(name));
    }

    private CompletableFuture<RaftClientReply> submit(RaftClientRequest.Type type, Message message) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(id)
                .setGroupId(groupId)
                .setCallId(callId.incrementAndGet())
                .setType(type)
                .setMessage(message)
                .build();
        try {
            return ((RaftClientAsynchronousProtocol) division()).submitClientRequestAsync(request);
        } catch (IOException | CompletionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Asks this server, as leader, to replace one set of voters by another: compare-and-set, in one request. */
    public CompletableFuture<RaftClientReply> changeVoters(
            Collection<RatisServer> present, Collection<RatisServer> wanted) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInCurrentConf(present.stream().map(RatisServer::peer).toList())
                .setServersInNewConf(wanted.stream().map(RatisServer::peer).toList())
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build();
        return admit(() -> server.setConfigurationAsync(
                new SetConfigurationRequest(clientId, id, groupId, callId.incrementAndGet(), arguments)));
    }

    /** Asks this server, as leader, to step down without naming a successor. */
    public CompletableFuture<RaftClientReply> stepDown() {
        return admit(() -> server.transferLeadershipAsync(new TransferLeadershipRequest(
                clientId, id, groupId, callId.incrementAndGet(), null, Await.DEADLINE.toMillis())));
    }

    private interface Submission {
        CompletableFuture<RaftClientReply> submit() throws IOException;
    }

    /** Ratis throws some refusals and answers others; here they all end in the future. */
    private static CompletableFuture<RaftClientReply> admit(Submission submission) {
        try {
            return submission.submit();
        } catch (IOException | CompletionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** One line for the message of a failed test. */
    String describe() {
        try {
            return id + ": " + division() + ", " + stateMachine;
        } catch (UncheckedIOException e) {
            return id + ": no replica (" + e.getMessage() + ")";
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
