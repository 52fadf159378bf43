package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;

/** Asks other servers for their terms. */
public interface PeerConfirmations {
    /**
     * Sends one request, now: an answer to an earlier one is never reused. Does not block. Exactly one method of the
     * listener is called, once, on any thread, within about the time limit.
     */
    void ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener);

    /** Whoever waits for the answer of one server. */
    interface Listener {
        /** The server answered; whether the answer fits the question is not checked yet. */
        void answered(ConfirmTermsReply reply);

        /** No answer will come: the server is not known, not reachable, or too late. */
        void failed();
    }
}
