package io.ringkv.client.connection;

import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;

/** Lets a simulated transport outside this package do what streams do with attempts. */
public final class AttemptAccess {

    private AttemptAccess() {}

    public static boolean isWanted(Attempt attempt) {
        return attempt.isWanted();
    }

    public static Request toRequest(Attempt attempt, long id, long nowNanos) {
        return attempt.toRequest(id, nowNanos);
    }

    public static void answered(Attempt attempt, Reply reply) {
        attempt.answered(reply);
    }

    public static void lost(Attempt attempt, boolean sent, String reason) {
        attempt.lost(sent, reason);
    }
}
