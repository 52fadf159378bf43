package io.ringkv.raft;

import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.LeaderElectionManagementRequest;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.JavaUtils;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * This process' member of one group, while it is open.
 *
 * <p>Threading: all methods from any thread. {@link #state}, {@link #propose}, {@link #configurationTerm} and {@link
 * #followers} neither wait nor do IO, except that a proposal takes the division's monitor, as does every append. The
 * others may wait for a short time and belong on a control thread.
 */
public final class RaftDivision {
    private record Voters(RaftConfiguration configuration, Set<Long> current, Set<Long> previous) {}

    private record ConfigurationTerm(RaftConfiguration configuration, long term) {}

    private final RaftServer server;
    private final RaftServer.Division division;
    private final GroupId group;
    private final RaftGroupId ratisGroup;
    private final ClientId clientId;
    private final AtomicLong callIds;
    private final Path storageDirectory;
    private final int proposalByteLimit;
    private volatile @Nullable Voters voters;
    private volatile @Nullable ConfigurationTerm configurationTerm;

    RaftDivision(
            RaftServer server,
            RaftServer.Division division,
            GroupId group,
            ClientId clientId,
            AtomicLong callIds,
            Path storageDirectory,
            int proposalByteLimit) {
        this.server = server;
        this.division = division;
        this.group = group;
        this.ratisGroup = RaftIds.group(group);
        this.clientId = clientId;
        this.callIds = callIds;
        this.storageDirectory = storageDirectory;
        this.proposalByteLimit = proposalByteLimit;
    }

    /** The group. */
    public GroupId group() {
        return group;
    }

    /** What the division says of itself now, read in the order that {@link DivisionState} documents. */
    public DivisionState state() {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        LifeCycle.State lifeCycle = info.getLifeCycleState();
        boolean leader = info.isLeader();
        boolean ready = leader && info.isLeaderReady();
        boolean settled = info.getCurrentTerm() == term;
        if (lifeCycle == LifeCycle.State.NEW || lifeCycle.isClosingOrClosed()) {
            // The log is not open: asking it would throw (Ratis: ServerState#getLog, OpenCloseState).
            return new DivisionState(
                    false,
                    lifeCycle.name(),
                    info.getCurrentRole().name(),
                    term,
                    leader,
                    ready,
                    settled,
                    -1,
                    Set.of(),
                    Set.of(),
                    -1,
                    0);
        }
        long commitIndex = division.getRaftLog().getLastCommittedIndex();
        Voters now = voters();
        return new DivisionState(
                lifeCycle == LifeCycle.State.RUNNING,
                lifeCycle.name(),
                info.getCurrentRole().name(),
                term,
                leader,
                ready,
                settled,
                commitIndex,
                now.current(),
                now.previous(),
                now.configuration().getLogEntryIndex(),
                RaftIds.memberOrZero(info.getLeaderId()));
    }

    /** Last entry of the log, committed or not; NONE while there is none, or the division is not RUNNING. */
    public LogPosition lastLogged() {
        boolean running = division.getInfo().getLifeCycleState() == LifeCycle.State.RUNNING;
        TermIndex last = running ? division.getRaftLog().getLastEntryTermIndex() : null;
        return last == null ? LogPosition.NONE : new LogPosition(last.getTerm(), last.getIndex());
    }

    /**
     * Term of this division if it is RUNNING, else 0: the answer to another server's barrier. The term is read first, so
     * that a division that is replaced meanwhile cannot lend its term to the new one.
     */
    public long runningTerm() {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        return info.getLifeCycleState() == LifeCycle.State.RUNNING ? term : 0;
    }

    /** Whether it is RUNNING, leads and is ready to, as far as it knows: {@link #state} in brief. */
    public boolean leadsAndIsReady() {
        DivisionInfo info = division.getInfo();
        return info.getLifeCycleState() == LifeCycle.State.RUNNING && info.isLeader() && info.isLeaderReady();
    }

    private Voters voters() {
        RaftConfiguration configuration = division.getRaftConf();
        Voters known = voters;
        if (known == null || known.configuration() != configuration) {
            known = new Voters(
                    configuration, ids(configuration.getCurrentPeers()), ids(configuration.getPreviousPeers()));
            voters = known;
        }
        return known;
    }

    private static Set<Long> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(peer -> RaftIds.member(peer.getId())).collect(Collectors.toUnmodifiableSet());
    }

    /** Voters of the newest configuration with their addresses. */
    public List<RaftMember> members() {
        return division.getRaftConf().getCurrentPeers().stream()
                .map(peer -> new RaftMember(RaftIds.member(peer.getId()), peer.getAddress()))
                .toList();
    }

    /**
     * Where the newest configuration lies this member knows of, committed or not; index -1 when it knows none from a log,
     * term 0 when it is not known. Also of a division that has closed.
     */
    public LogPosition newestConfiguration() {
        long index = division.getRaftConf().getLogEntryIndex();
        return index < 0 ? LogPosition.NONE : new LogPosition(configurationTerm(), index);
    }

    /**
     * Term of the entry that holds the newest configuration; 0 when it is not known. Reads a small file once per
     * configuration that is not in the log any more.
     */
    public long configurationTerm() {
        RaftConfiguration configuration = division.getRaftConf();
        ConfigurationTerm known = configurationTerm;
        if (known == null || known.configuration() != configuration) {
            known = new ConfigurationTerm(configuration, findTerm(configuration.getLogEntryIndex()));
            if (known.term() > 0) {
                configurationTerm = known;
            }
        }
        return known.term();
    }

    private long findTerm(long index) {
        try {
            TermIndex at = division.getRaftLog().getTermIndex(index);
            if (at != null) {
                return at.getTerm();
            }
            LogPosition noted = GroupDirectory.of(storageDirectory, group).notedConfiguration();
            return noted.index() == index ? noted.term() : 0;
        } catch (IOException | IllegalStateException e) {
            // Ratis: the log is closed.
            return 0;
        }
    }

    /**
     * Of a leader: how far each of those is whom it sends its log, also one that is only to become a voter. Empty for others.
     */
    public List<FollowerProgress> followers() {
        long[] match = division.getInfo().getFollowerMatchIndices();
        if (match == null) {
            return List.of();
        }
        List<ServerRpcProto> infos;
        try {
            RoleInfoProto role = division.getInfo().getRoleInfoProto();
            infos = role.getLeaderInfo().getFollowerInfoList();
        } catch (IllegalStateException e) {
            // Ratis: its term ended between the two questions (LeaderStateImpl#getCurrentTerm).
            return List.of();
        }
        if (infos.size() != match.length) {
            // The followers changed between the two questions; the next report has them.
            return List.of();
        }
        List<FollowerProgress> progress = new ArrayList<>(match.length);
        for (int i = 0; i < match.length; i++) {
            ServerRpcProto info = infos.get(i);
            progress.add(new FollowerProgress(
                    RaftIds.member(RaftPeerId.valueOf(info.getId().getId())),
                    match[i],
                    info.getLastRpcElapsedTimeMs()));
        }
        return progress;
    }

    /**
     * Of a leader: who is being caught up before it becomes a voter; 0 = nobody, as far as can be seen. Those to whom Ratis
     * sends its log without their being in a configuration (Ratis: {@code LeaderStateImpl#startSetConfiguration}).
     */
    public long staged() {
        Voters now = voters();
        return followers().stream()
                .map(FollowerProgress::id)
                .filter(id -> !now.current().contains(id) && !now.previous().contains(id))
                .findFirst()
                .orElse(0L);
    }

    /**
     * Proposes an entry to this division, which must lead.
     *
     * <p>Submitted to the division itself: {@code RaftServer#submitClientRequestAsync} would hand it to another thread and
     * wait for that (Ratis: {@code RaftServerImpl#executeSubmitClientRequestAsync}).
     *
     * @return completes with what the state machine answered, on the applying thread, or with a {@link ProposalException}
     */
    public CompletableFuture<Object> propose(byte[] entry) {
        Proposal proposal = new Proposal(entry);
        if (entry.length > proposalByteLimit) {
            // Ratis would step down: RaftLogBase#appendImpl throws, with leaderShouldStepDown.
            proposal.fail(
                    ProposalException.Reason.TOO_LARGE,
                    0,
                    "The log entry has " + entry.length + " bytes (limit: " + proposalByteLimit + ").");
            return proposal.outcome();
        }
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(division.getId())
                .setGroupId(ratisGroup)
                .setCallId(callIds.incrementAndGet())
                .setMessage(proposal)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            CompletableFuture<RaftClientReply> unused = ((RaftClientAsynchronousProtocol) division)
                    .submitClientRequestAsync(request)
                    .whenComplete((reply, failure) -> settle(proposal, reply, failure));
        } catch (IOException | RuntimeException e) {
            fail(proposal, e);
        }
        return proposal.outcome();
    }

    private static void settle(Proposal proposal, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (failure != null) {
            fail(proposal, JavaUtils.unwrapCompletionException(failure));
        } else if (reply == null || !reply.isSuccess()) {
            fail(proposal, reply == null ? null : reply.getException());
        } else {
            // Answered before this by the state machine; if not, another leader's division applied it for us.
            proposal.fail(ProposalException.Reason.OTHER, 0, "The entry was applied without its outcome.");
        }
    }

    private static void fail(Proposal proposal, @Nullable Throwable cause) {
        long leader = 0;
        ProposalException.Reason reason;
        if (cause instanceof NotLeaderException notLeader) {
            reason = ProposalException.Reason.NOT_LEADER;
            RaftPeer suggested = notLeader.getSuggestedLeader();
            leader = suggested == null ? 0 : RaftIds.memberOrZero(suggested.getId());
        } else if (cause instanceof LeaderNotReadyException) {
            reason = ProposalException.Reason.NOT_READY;
        } else if (cause instanceof LeaderSteppingDownException) {
            reason = ProposalException.Reason.STEPPING_DOWN;
        } else if (cause instanceof ResourceUnavailableException) {
            reason = ProposalException.Reason.OVERLOADED;
        } else if (cause instanceof ServerNotReadyException) {
            reason = ProposalException.Reason.NOT_RUNNING;
        } else {
            reason = ProposalException.Reason.OTHER;
        }
        String text = cause == null ? "no reason given" : cause.toString();
        proposal.fail(reason, leader, text);
    }

    /**
     * Hands leadership to another voter. Proposals are refused meanwhile. Refused while a change of voters is under way or
     * staged (Ratis: {@code RaftServerImpl#transferLeadershipAsync}).
     *
     * @param timeoutMillis after which this member goes on leading; a failure that says so may still be a success
     * @return completes normally when the other leads
     */
    public CompletableFuture<Void> transferLeadership(long target, long timeoutMillis) {
        return ask(new TransferLeadershipRequest(
                clientId,
                division.getId(),
                ratisGroup,
                callIds.incrementAndGet(),
                RaftIds.peer(target),
                timeoutMillis));
    }

    /** Stops leading without naming a successor; this also ends a staged change of voters. */
    public CompletableFuture<Void> stepDown(long timeoutMillis) {
        return ask(new TransferLeadershipRequest(
                clientId, division.getId(), ratisGroup, callIds.incrementAndGet(), null, timeoutMillis));
    }

    private CompletableFuture<Void> ask(TransferLeadershipRequest request) {
        return RaftNode.outcome(() -> server.transferLeadershipAsync(request));
    }

    /**
     * Stops this member from standing for election, until the division is opened anew. It still votes and keeps the log.
     * For a replica whose state has failed: it must not lead.
     */
    public CompletableFuture<Void> neverStandAgain() {
        return RaftNode.outcome(() -> server.leaderElectionManagementAsync(LeaderElectionManagementRequest.newPause(
                clientId, division.getId(), ratisGroup, callIds.incrementAndGet())));
    }

    /**
     * Adds or removes one voter, if the present voters are those expected.
     *
     * <p>One at a time, always: Ratis leaves the joint configuration at every election (Ratis: {@code
     * LeaderStateImpl.StartupLogEntry} appends the new configuration alone), so a request that changes two can split the
     * group. A leader must not remove itself: it deadlocks its division.
     *
     * @return completes when the new configuration is committed. May take for ever while a new voter is unreachable
     *     between answers; give it a deadline and step down to end it
     * @throws IllegalArgumentException if the two sets do not differ by exactly one voter
     */
    public CompletableFuture<Void> changeVoters(List<RaftMember> expected, List<RaftMember> wanted) {
        Set<Long> before = expected.stream().map(RaftMember::id).collect(Collectors.toUnmodifiableSet());
        Set<Long> after = wanted.stream().map(RaftMember::id).collect(Collectors.toUnmodifiableSet());
        long added = after.stream().filter(id -> !before.contains(id)).count();
        long removed = before.stream().filter(id -> !after.contains(id)).count();
        if (added + removed != 1) {
            throw new IllegalArgumentException("change of voters: " + added + " added, " + removed
                    + " removed (expected: exactly one of them, once)");
        }
        if (!after.contains(RaftIds.member(division.getId()))) {
            throw new IllegalArgumentException("change of voters: the leader cannot remove itself");
        }
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(RaftIds.peers(expected))
                .setServersInNewConf(RaftIds.peers(wanted))
                .build();
        return RaftNode.outcome(() -> server.setConfigurationAsync(new SetConfigurationRequest(
                clientId, division.getId(), ratisGroup, callIds.incrementAndGet(), arguments)));
    }

    /** The state machine of this division. */
    public LogStateMachine machine() {
        return (LogStateMachine) Objects.requireNonNull(division.getStateMachine(), "state machine");
    }
}
