package io.ringkv.client.operation;

import io.ringkv.client.connection.Attempt;
import io.ringkv.client.connection.AttemptAccess;
import io.ringkv.client.connection.Transport;
import io.ringkv.client.fake.FakeShard;
import io.ringkv.client.fake.ManualLoop;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Servers and the network to them, in one thread and with all the bad luck of a seed: requests and answers are late or
 * lost, connections break, leaders change, and copies of requests arrive long after their sender has given up.
 */
final class SimulatedNetwork implements Transport {

    private final ManualLoop loop;
    private final Random random;
    private final FakeShard shard;
    private final List<ServerId> servers;
    private final List<InFlight> inFlight = new ArrayList<>();
    private final double trouble;
    private long brokenUntilNanos;
    private long requests;

    /** An attempt that was sent; ends once. */
    private static final class InFlight {
        private final ServerId server;
        private final Attempt attempt;
        private boolean ended;

        InFlight(ServerId server, Attempt attempt) {
            this.server = server;
            this.attempt = attempt;
        }
    }

    /** @param trouble 0 = everything works, 1 = hardly anything does */
    SimulatedNetwork(ManualLoop loop, Random random, FakeShard shard, List<ServerId> servers, double trouble) {
        this.loop = loop;
        this.random = random;
        this.shard = shard;
        this.servers = servers;
        this.trouble = trouble;
    }

    long requests() {
        return requests;
    }

    /** Changes the leader, breaks connections, for so long. */
    void makeTrouble(long forNanos) {
        long pauseNanos = millis(5 + random.nextInt(300));
        if (forNanos <= 0) {
            return;
        }
        loop.after(pauseNanos, () -> {
            if (happens(0.5)) {
                shard.setLeader(happens(0.3) ? null : servers.get(random.nextInt(servers.size())));
            }
            if (happens(0.5)) {
                breakConnection(servers.get(random.nextInt(servers.size())));
            }
            makeTrouble(forNanos - pauseNanos);
        });
    }

    private void breakConnection(ServerId server) {
        brokenUntilNanos = loop.clock().nanos() + millis(random.nextInt(100));
        for (InFlight each : List.copyOf(inFlight)) {
            if (each.server.equals(server)) {
                end(each, () -> AttemptAccess.lost(each.attempt, true, "broken"));
            }
        }
    }

    private void end(InFlight flight, Runnable how) {
        if (!flight.ended) {
            flight.ended = true;
            inFlight.remove(flight);
            how.run();
        }
    }

    @Override
    public boolean isUsable(ServerId server) {
        return servers.contains(server) && (brokenUntilNanos <= loop.clock().nanos() || !happens(0.3));
    }

    @Override
    public void send(ServerId server, Attempt attempt) {
        if (happens(0.05)) {
            AttemptAccess.lost(attempt, false, "cannot connect");
            return;
        }
        loop.after(millis(random.nextInt(2)), () -> leave(server, attempt));
    }

    private void leave(ServerId server, Attempt attempt) {
        if (!AttemptAccess.isWanted(attempt)) {
            return;
        }
        requests++;
        Request request =
                AttemptAccess.toRequest(attempt, requests, loop.clock().nanos());
        InFlight flight = new InFlight(server, attempt);
        inFlight.add(flight);
        if (happens(0.1)) {
            // Lost on the way; the connection is found dead later.
            loop.after(millis(1_000), () -> end(flight, () -> AttemptAccess.lost(attempt, true, "silent")));
            if (happens(0.5)) {
                loop.after(millis(random.nextInt(30_000)), () -> serve(request, flight));
            }
            return;
        }
        loop.after(delay(), () -> serve(request, flight));
    }

    private void serve(Request request, InFlight flight) {
        Reply reply;
        ServerId leader = shard.leader();
        if (!flight.server.equals(leader)) {
            Reply.Builder refusal = refusal(ErrorCode.NOT_LEADER).setNotProposed(true);
            if (leader != null && random.nextBoolean()) {
                refusal.setLeaderHint(leader.value());
            }
            reply = refusal.build();
        } else if (happens(0.1)) {
            // The leader loses its office after it appended; the entry may be committed by the next one, some time.
            if (random.nextBoolean()) {
                loop.after(millis(random.nextInt(5_000)), () -> shard.apply(request));
            }
            boolean vague = random.nextBoolean();
            reply = refusal(vague ? ErrorCode.NOT_LEADER : ErrorCode.ATTEMPT_IN_DOUBT)
                    .build();
        } else if (happens(0.1)) {
            reply = refusal(ErrorCode.SHARD_QUEUE_FULL)
                    .setNotProposed(true)
                    .setRetryAfterMillis(random.nextInt(50))
                    .build();
        } else {
            reply = shard.apply(request);
        }
        if (happens(0.1)) {
            loop.after(millis(1_000), () -> end(flight, () -> AttemptAccess.lost(flight.attempt, true, "silent")));
        } else {
            loop.after(delay(), () -> end(flight, () -> AttemptAccess.answered(flight.attempt, reply)));
        }
    }

    private static Reply.Builder refusal(ErrorCode code) {
        return Reply.newBuilder().setCode(code.number()).setMessage(code.name());
    }

    private long delay() {
        return millis(happens(0.02) ? random.nextInt(3_000) : random.nextInt(4));
    }

    private boolean happens(double probability) {
        return random.nextDouble() < probability * trouble;
    }

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }
}
