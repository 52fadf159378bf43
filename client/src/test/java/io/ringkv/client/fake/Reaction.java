package io.ringkv.client.fake;

import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a fake server does with a request.
 *
 * @param apply whether the shard executes it
 * @param answer whether it is answered
 * @param breakStream whether the stream breaks after that
 * @param delayMillis pause before all of it
 * @param reply what is answered instead of the shard's answer; null = that
 */
public record Reaction(
        boolean apply,
        boolean answer,
        boolean breakStream,
        long delayMillis,
        @Nullable Reply reply) {

    /** As a healthy server. */
    public static final Reaction SERVE = new Reaction(true, true, false, 0, null);

    /** Takes it and never comes back to it. */
    public static final Reaction FORGET = new Reaction(false, false, false, 0, null);

    /** Executes it, but the answer is lost. */
    public static final Reaction LOSE_ANSWER = new Reaction(true, false, false, 0, null);

    /** Executes it, and the connection breaks before the answer. */
    public static final Reaction APPLY_AND_BREAK = new Reaction(true, false, true, 0, null);

    /** The connection breaks before anything happens. */
    public static final Reaction BREAK = new Reaction(false, false, true, 0, null);

    /** Answers this and does nothing. */
    public static Reaction answer(Reply.Builder reply) {
        return new Reaction(false, true, false, 0, reply.build());
    }

    /** As a healthy server, after a pause. */
    public static Reaction serveAfter(long millis) {
        return new Reaction(true, true, false, millis, null);
    }

    /** Decides about each request. */
    @FunctionalInterface
    public interface Script {

        /** What to do with a request. */
        Reaction on(Request request);
    }
}
