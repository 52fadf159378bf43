package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.EventText;
import io.ringkv.manager.state.History;
import io.ringkv.manager.state.RecordedEvent;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.Operations;
import io.ringkv.rpc.RingHistory;
import io.ringkv.rpc.RingHistoryQuestion;
import io.ringkv.rpc.SuspicionQuestion;
import io.ringkv.rpc.SuspicionReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Answers about what is logged. Pure, and may take long: not for the control thread. */
final class Answers {

    private Answers() {}

    /** What happened. */
    static Answer history(ClusterState state, RingHistoryQuestion question) {
        History history = state.history();
        List<RecordedEvent> wanted = history.events().stream()
                .filter(recorded ->
                        question.getUnpublished() || recorded.event().isPublished())
                .toList();
        int from = question.getLimit() == 0 ? 0 : Math.max(0, wanted.size() - question.getLimit());
        EventText words = new EventText(server -> label(state, server));
        RingHistory.Builder told = RingHistory.newBuilder()
                .setRingEpoch(state.ringEpoch())
                .setOldestRingEpoch(Math.max(1, history.oldestRingEpoch()));
        for (RecordedEvent recorded : wanted.subList(from, wanted.size())) {
            told.addEvents(HistoryEvent.newBuilder()
                    .setNumber(recorded.number())
                    .setWallMillis(recorded.wallMillis())
                    .setRingEpoch(recorded.ringEpoch())
                    .setPublished(recorded.event().isPublished())
                    .setText(recorded.event().match(words)));
        }
        return Answer.newBuilder().setRingHistory(told).build();
    }

    /**
     * The shard map as it was.
     *
     * @throws RingKvException {@code NOT_FOUND} if the epoch is not kept
     */
    static Answer ringAt(ClusterState state, long ringEpoch) {
        ClusterState then = state.history().at(ringEpoch);
        if (then == null || !then.exists()) {
            throw RingKvException.builder(ErrorCode.NOT_FOUND)
                    .sentence("Ring epoch " + ringEpoch + " is not kept: the oldest is "
                            + Math.max(1, state.history().oldestRingEpoch()) + ", and it is " + state.ringEpoch()
                            + " now")
                    .advice("See ringkv ring history.")
                    .build();
        }
        return Answer.newBuilder()
                .setRingAt(ShardMapMessages.toMessage(then.shardMap()))
                .build();
    }

    /**
     * Operations that run, and those of the past that are kept.
     *
     * @param waits by number, what each running one waits for
     * @param number only this one; 0 for all
     * @throws RingKvException {@code NOT_FOUND} if there is none of this number
     */
    static Answer operations(ClusterState state, Map<Long, String> waits, long number) {
        List<Operation> all = new ArrayList<>(state.operations().running().values());
        state.operations().finished().stream()
                .sorted(Comparator.comparingLong(Operation::number))
                .forEach(all::add);
        Operations.Builder told =
                Operations.newBuilder().setPaused(state.operations().paused());
        all.stream()
                .filter(operation -> number == 0 || operation.number() == number)
                .map(operation -> OperationStatuses.toMessage(operation, waits.getOrDefault(operation.number(), "")))
                .forEach(told::addOperations);
        if (number != 0 && told.getOperationsCount() == 0) {
            throw noOperation(number);
        }
        return Answer.newBuilder().setOperations(told).build();
    }

    /** Who accuses whom: of all servers, or of one. */
    static Answer suspicion(ClusterState state, SuspicionReport report, SuspicionQuestion question) {
        if (question.getServer().isEmpty()) {
            return Answer.newBuilder().setSuspicion(report).build();
        }
        String label = label(state, AdminDesk.find(state, question.getServer()));
        SuspicionReport.Builder one = SuspicionReport.newBuilder();
        report.getServersList().stream()
                .filter(server -> server.getServer().equals(label))
                .forEach(one::addServers);
        return Answer.newBuilder().setSuspicion(one).build();
    }

    static RingKvException noOperation(long number) {
        return RingKvException.builder(ErrorCode.NOT_FOUND)
                .sentence("There is no operation " + number + ", or it is no longer kept")
                .advice("See ringkv op list --all.")
                .build();
    }

    /** What people call the server. */
    static String label(ClusterState state, ServerId server) {
        RegisteredServer known = state.servers().get(server);
        return known == null ? server.toString() : known.record().label();
    }
}
