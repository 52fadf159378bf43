package io.ringkv.server.barrier;

import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.server.replica.ShardReplica;

/**
 * What the barrier of one server in the model gets to see, and can thus be made to believe; by itself the truth. Mistakes that
 * the barrier might make are made around it, so that the code that is tested has no switch for them.
 */
class BarrierMutant {
    /** The replica of one opening, as the barrier sees it. */
    ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
        return real;
    }

    /** How the barrier asks others. */
    PeerConfirmations peers(PeerConfirmations real) {
        return real;
    }

    /** What this server answers others. */
    ConfirmTermsReply answer(ConfirmTermsRequest request, ConfirmTermsReply real, ModelRaft raft) {
        return real;
    }

    /** What its readers ask. */
    ReadBarrier barrier(TermBarrier real) {
        return real;
    }
}
