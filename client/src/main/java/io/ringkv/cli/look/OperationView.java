package io.ringkv.cli.look;

import io.ringkv.cli.output.Table;
import io.ringkv.rpc.OperationStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations in words, with servers by their labels. Stateless. */
final class OperationView {

    private OperationView() {}

    static Map<String, @Nullable Object> describe(ClusterView view, OperationStatus operation) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("number", operation.getNumber());
        object.put("operation", operation.getKind());
        object.put("shard", operation.getShard());
        object.put("from", operation.getSource() == 0 ? null : view.label(operation.getSource()));
        object.put("to", operation.getTarget() == 0 ? null : view.label(operation.getTarget()));
        object.put("status", operation.getStatus());
        object.put("step", operation.getStep());
        object.put("stepsDone", operation.getStepsDone());
        object.put("stepsTotal", operation.getStepsTotal());
        object.put("attempt", operation.getAttempt());
        object.put("requester", operation.getByOperator() ? "OPERATOR" : "POLICY");
        object.put("reason", operation.getReason());
        object.put("cause", operation.getCause());
        object.put("waitsFor", operation.getWaitsFor());
        return object;
    }

    static Table table(ClusterView view, List<OperationStatus> operations) {
        Table table = new Table("OP", "OPERATION", "SHARD", "FROM", "TO", "STATUS", "STEP", "WHY");
        for (OperationStatus operation : operations) {
            table.row(
                    operation.getNumber(),
                    operation.getKind(),
                    operation.getShard(),
                    server(view, operation.getSource()),
                    server(view, operation.getTarget()),
                    operation.getStatus(),
                    operation.getStep() + " (" + operation.getStepsDone() + "/" + operation.getStepsTotal() + ")",
                    operation.getCause().isEmpty() ? operation.getReason() : operation.getCause());
        }
        return table;
    }

    static String server(ClusterView view, long id) {
        return id == 0 ? "-" : view.label(id);
    }
}
