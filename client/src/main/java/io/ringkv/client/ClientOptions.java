package io.ringkv.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a client is set up. Immutable; made by {@link #builder}.
 *
 * @param endpoints addresses of servers or managers, in the order they are tried; one that lives is enough
 * @param openRequestsMax most requests that may be unanswered at a time, 1 or more, default 16384. Beyond, a request fails
 *     at once with CLIENT_QUEUE_FULL. Too small limits throughput to this number per round trip; too large only costs
 *     memory.
 * @param openBytesMax most bytes that these requests may hold, default 64 MiB
 * @param oneShot for a process that makes a few requests and ends: its sessions are forgotten early by themselves instead
 *     of being closed, which saves a round trip and a log entry per shard
 * @param software name and version shown in the logs of servers
 * @param meterRegistry where the client's metrics go, names begin with {@code ringkv_client_}; default: nowhere
 * @param eventLoops loops to live on, which the caller closes after the client; empty = one of its own
 */
public record ClientOptions(
        List<HostPort> endpoints,
        int openRequestsMax,
        long openBytesMax,
        boolean oneShot,
        String software,
        MeterRegistry meterRegistry,
        Optional<EventLoops> eventLoops) {

    /** Addresses of the first three servers of a cluster on this machine. */
    public static final String DEFAULT_ENDPOINTS = "localhost:7400,localhost:7410,localhost:7420";

    private static final int DEFAULT_OPEN_REQUESTS = 16_384;
    private static final long DEFAULT_OPEN_BYTES = 64L << 20;

    /** @throws RingKvException INVALID_ARGUMENT if there is no endpoint or too many, or a limit is too small */
    public ClientOptions {
        endpoints = List.copyOf(endpoints);
        Objects.requireNonNull(software, "software");
        Objects.requireNonNull(meterRegistry, "meterRegistry");
        Objects.requireNonNull(eventLoops, "eventLoops");
        if (endpoints.isEmpty() || endpoints.size() > Limits.MAX_ENDPOINTS) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The list of endpoints has " + endpoints.size() + " addresses; allowed are 1 to "
                            + Limits.MAX_ENDPOINTS);
        }
        if (openRequestsMax < 1) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The limit of open requests is " + openRequestsMax + "; the least is 1");
        }
        if (openBytesMax < Limits.MAX_OPERATION_BYTES) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The limit of bytes of open requests is " + openBytesMax + "; the least is one operation of "
                            + Limits.MAX_OPERATION_BYTES);
        }
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A client of these endpoints, all else by default. */
    public static ClientOptions of(String endpoints) {
        return builder().endpoints(endpoints).build();
    }

    /** Collects settings. Used by one thread. */
    public static final class Builder {

        private List<HostPort> endpoints = HostPort.parseList(DEFAULT_ENDPOINTS);
        private int openRequestsMax = DEFAULT_OPEN_REQUESTS;
        private long openBytesMax = DEFAULT_OPEN_BYTES;
        private boolean oneShot;
        private String software = "ringkv-java";
        private MeterRegistry meterRegistry = new SimpleMeterRegistry();
        private Optional<EventLoops> eventLoops = Optional.empty();

        private Builder() {}

        /**
         * Addresses of servers or managers, separated by commas.
         *
         * @throws RingKvException ADDRESS_INVALID
         */
        public Builder endpoints(String list) {
            return endpoints(HostPort.parseList(list));
        }

        /** Addresses of servers or managers. */
        public Builder endpoints(List<HostPort> addresses) {
            this.endpoints = List.copyOf(addresses);
            return this;
        }

        /** Most requests that may be unanswered at a time. */
        public Builder openRequestsMax(int requests) {
            this.openRequestsMax = requests;
            return this;
        }

        /** Most bytes that unanswered requests may hold. */
        public Builder openBytesMax(long bytes) {
            this.openBytesMax = bytes;
            return this;
        }

        /** For a process that makes a few requests and ends. */
        public Builder oneShot(boolean value) {
            this.oneShot = value;
            return this;
        }

        /** Name and version shown in the logs of servers. */
        public Builder software(String nameAndVersion) {
            this.software = nameAndVersion;
            return this;
        }

        /** Where the client's metrics go. */
        public Builder meterRegistry(MeterRegistry registry) {
            this.meterRegistry = registry;
            return this;
        }

        /** Loops to live on; the caller closes them after the client. */
        public Builder eventLoops(EventLoops loops) {
            this.eventLoops = Optional.of(loops);
            return this;
        }

        /** The options. */
        public ClientOptions build() {
            return new ClientOptions(
                    endpoints, openRequestsMax, openBytesMax, oneShot, software, meterRegistry, eventLoops);
        }
    }
}
