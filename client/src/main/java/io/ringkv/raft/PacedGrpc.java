package io.ringkv.raft;

import java.util.Iterator;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.statemachine.SnapshotInfo;

/**
 * Ratis' gRPC transport, except that snapshots are sent no faster than a {@link TransferRate} allows. Ratis itself sends them
 * as fast as the receiver takes them (Ratis: {@code GrpcLogAppender#installSnapshot}), which starves the writes of all shards
 * on both servers while a replica moves.
 *
 * <p>The place: each follower of each group has a thread of its own that takes one part of the snapshot after the other from an
 * iterable and sends it; that iterable is slowed down. On the receiving side it could not be done: the parts travel on the
 * connection that also carries the entries of all groups, so a receiver that takes them slowly holds up the entries.
 *
 * <p>Named in the properties by its class, which Ratis makes itself (Ratis: {@code RpcType#valueOf}); the rate travels in the
 * parameters of the server.
 */
public final class PacedGrpc implements RpcType {
    private static final String RATE = "ringkv.snapshot.transfer-rate";

    /** Made by Ratis. */
    public PacedGrpc() {}

    @Override
    public String name() {
        return PacedGrpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(parameters, parameters.getNonNull(RATE, TransferRate.class));
    }

    /** Parameters for a server with this transport, which keeps to the rate. */
    static Parameters parameters(TransferRate rate) {
        Parameters parameters = new Parameters();
        parameters.put(RATE, rate, TransferRate.class);
        return parameters;
    }

    private static final class Factory extends GrpcFactory {
        private final TransferRate rate;

        Factory(Parameters parameters, TransferRate rate) {
            super(parameters);
            this.rate = rate;
        }

        @Override
        public LogAppender newLogAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            return new Appender(server, state, follower, rate);
        }
    }

    private static final class Appender extends GrpcLogAppender {
        private final TransferRate rate;

        Appender(RaftServer.Division server, LeaderState state, FollowerInfo follower, TransferRate rate) {
            super(server, state, follower);
            this.rate = rate;
        }

        @Override
        public Iterable<InstallSnapshotRequestProto> newInstallSnapshotRequests(
                String requestId, SnapshotInfo snapshot) {
            Iterable<InstallSnapshotRequestProto> parts = super.newInstallSnapshotRequests(requestId, snapshot);
            return () -> paced(parts.iterator());
        }

        private Iterator<InstallSnapshotRequestProto> paced(Iterator<InstallSnapshotRequestProto> parts) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return parts.hasNext();
                }

                @Override
                public InstallSnapshotRequestProto next() {
                    checkReceiver();
                    InstallSnapshotRequestProto part = parts.next();
                    try {
                        rate.acquire(part.getSerializedSize());
                    } catch (InterruptedException e) {
                        // The appender was told to stop; it gives up this transfer and looks.
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("interrupted between parts of a snapshot", e);
                    }
                    checkReceiver();
                    return part;
                }
            };
        }

        /**
         * Gives up a transfer whose stream has failed. Ratis would go on and put parts into the broken stream until too many
         * are unanswered, and then wait for their time limit, while the follower hears nothing (Ratis: {@code
         * StreamObserverWithTimeout#acquire}).
         */
        private void checkReceiver() {
            FollowerInfo.ErrorState errors = getFollower().getErrorState();
            if (errors.getErrorCountToDelay() > 0) {
                // Each error is told once; so the appender is told of one more, to wait before it tries again.
                errors.updateErrorCount(true);
                throw new IllegalStateException("the receiver of a snapshot failed");
            }
        }
    }
}
