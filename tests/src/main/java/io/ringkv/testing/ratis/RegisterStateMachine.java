package io.ringkv.testing.ratis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/**
 * Named registers in memory: the least state machine that shows what Ratis did with a log. A write is the text
 * {@code name=value}, a query is a name. No snapshots: a restart replays the log.
 *
 * <p>Also remembers in which terms its server was a ready leader, which shows that something did <em>not</em> happen.
 */
final class RegisterStateMachine extends BaseStateMachine {
    private final Map<String, String> registers = new ConcurrentHashMap<>();
    private final List<Long> readyTerms = new CopyOnWriteArrayList<>();
    /** Term of the last applied configuration; touched by the applying thread only. */
    private long configurationTerm;

    static Message write(String name, String value) {
        return Message.valueOf(name + "=" + value);
    }

    static Message query(String name) {
        return Message.valueOf(name);
    }

    /** The value of a register, or {@code ""}. */
    String get(String name) {
        return registers.getOrDefault(name, "");
    }

    /** The terms in which this server became a ready leader, oldest first. */
    List<Long> readyTerms() {
        return List.copyOf(readyTerms);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        String[] nameAndValue =
                entry.getStateMachineLogEntry().getLogData().toStringUtf8().split("=", 2);
        registers.put(nameAndValue[0], nameAndValue[1]);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.valueOf(nameAndValue[1]));
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(
                Message.valueOf(get(request.getContent().toStringUtf8())));
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        configurationTerm = term;
    }

    @Override
    public void notifyLeaderReady() {
        // A leader is ready when its start-up entry is applied. That is a configuration, and we were told of it just
        // before.
        readyTerms.add(configurationTerm);
    }

    @Override
    public String toString() {
        return "registers " + registers + ", ready leader in terms " + readyTerms;
    }
}
