package io.ringkv.server.door;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.Hello;
import io.ringkv.rpc.ProtocolRange;
import io.ringkv.rpc.Welcome;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first frames of a stream: whether two processes may talk, and how. Thread-safe. */
final class Handshake {
    /** Protocol versions this release speaks. */
    static final int PROTOCOL_LOWEST = 1;

    static final int PROTOCOL_HIGHEST = 1;

    private final Supplier<@Nullable ClusterId> cluster;
    private final ServerId server;
    private final String software;
    private final DoorSettings settings;
    private final LongSupplier ringEpoch;

    /**
     * @param cluster cluster this server belongs to, null before it has joined one
     * @param software name and version, for the other side's log
     * @param ringEpoch newest ring epoch known
     */
    Handshake(
            Supplier<@Nullable ClusterId> cluster,
            ServerId server,
            String software,
            DoorSettings settings,
            LongSupplier ringEpoch) {
        this.cluster = cluster;
        this.server = server;
        this.software = software;
        this.settings = settings;
        this.ringEpoch = ringEpoch;
    }

    /** Newest ring epoch known here. */
    long ringEpoch() {
        return ringEpoch.getAsLong();
    }

    /** Why this client is not let in; null when it is. */
    @Nullable
    Refusal check(Hello hello) {
        Refusal wrongCluster = checkCluster(hello.getClusterId());
        if (wrongCluster != null) {
            return wrongCluster;
        }
        if (hello.getServerId() != 0 && hello.getServerId() != server.value()) {
            return Refusal.of(
                    ErrorCode.WRONG_SERVER,
                    "The client means server " + new ServerId(hello.getServerId()) + "; this is " + server);
        }
        if (chosenProtocol(hello.getProtocol()) == 0) {
            return Refusal.of(
                    ErrorCode.PROTOCOL_UNSUPPORTED,
                    "The client speaks protocol "
                            + Integer.toUnsignedString(hello.getProtocol().getLowest()) + " to "
                            + Integer.toUnsignedString(hello.getProtocol().getHighest()) + ", this server "
                            + PROTOCOL_LOWEST + " to " + PROTOCOL_HIGHEST);
        }
        int idBytes = hello.getClientId().size();
        if (idBytes != 0 && idBytes != RequestHeader.CLIENT_ID_BYTES) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "The client id has " + idBytes + " bytes; expected are " + RequestHeader.CLIENT_ID_BYTES);
        }
        return null;
    }

    /** Why a client that believes in this cluster is not let in; null when it is. An empty id is first contact. */
    @Nullable
    Refusal checkCluster(ByteString named) {
        ClusterId own = cluster.get();
        if (own == null) {
            return Refusal.of(ErrorCode.NOT_BOOTSTRAPPED, "This server does not belong to a cluster yet");
        }
        if (!named.isEmpty() && !named.equals(IdMessages.toBytes(own))) {
            return Refusal.of(
                    ErrorCode.WRONG_CLUSTER,
                    "The client means cluster " + text(named) + "; this server belongs to " + own);
        }
        return null;
    }

    Welcome welcome(Hello hello) {
        ClusterId own = cluster.get();
        return Welcome.newBuilder()
                .setClusterId(own == null ? ByteString.EMPTY : IdMessages.toBytes(own))
                .setServerId(server.value())
                .setProtocol(chosenProtocol(hello.getProtocol()))
                .setSoftware(software)
                .setCreditBytes(settings.streamCreditBytes())
                .setHeartbeatMillis(settings.heartbeatMillis())
                .setRingEpoch(ringEpoch())
                .build();
    }

    /** The highest version both speak; 0 when there is none. */
    private static int chosenProtocol(ProtocolRange range) {
        int chosen = Integer.compareUnsigned(range.getHighest(), PROTOCOL_HIGHEST) < 0
                ? range.getHighest()
                : PROTOCOL_HIGHEST;
        boolean common = chosen >= PROTOCOL_LOWEST && Integer.compareUnsigned(chosen, range.getLowest()) >= 0;
        return common ? chosen : 0;
    }

    private static String text(ByteString id) {
        try {
            return IdMessages.clusterId(id).toString();
        } catch (RuntimeException e) {
            return "with an id of " + id.size() + " bytes";
        }
    }
}
