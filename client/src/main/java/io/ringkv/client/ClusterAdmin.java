package io.ringkv.client;

import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Question;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What operators ask of the shard manager, through any process of the cluster; the messages are those of {@code
 * admin.proto}. Safe for use by any thread.
 */
public interface ClusterAdmin {

    /**
     * Changes the cluster. A change names the state that is wanted, so it is sent again while no answer comes and time is
     * left. Fails with the reason if it is refused.
     */
    CompletableFuture<ChangeReply> change(ChangeRequest request, Duration timeout);

    /** Asks what only the manager knows. */
    CompletableFuture<Answer> ask(Question question, Duration timeout);
}
