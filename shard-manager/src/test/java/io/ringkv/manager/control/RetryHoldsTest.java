package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.OperationStep;
import io.ringkv.manager.operation.Requester;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RetryHoldsTest {
    private static final ShardId SHARD = new ShardId(7);
    private static final ShardId OTHER = new ShardId(8);
    private static final long RETRY_AFTER = 30_000;

    private final RetryHolds holds = new RetryHolds(RETRY_AFTER);

    @Test
    void aFailureHoldsTheShardForAWhile() {
        holds.ended(operation(OperationKind.MOVE_REPLICA, OperationStatus.FAILED), 1_000);

        assertThat(holds.isHeld(SHARD, 30_999)).isTrue();
        assertThat(holds.isHeld(SHARD, OperationKind.REPLACE_REPLICA, 30_999)).isTrue();
        assertThat(holds.isHeld(OTHER, 30_999)).isFalse();
        assertThat(holds.isHeld(SHARD, 31_000)).isFalse();
    }

    @Test
    void aTransferThatFailedHoldsBackNoRepair() {
        holds.ended(operation(OperationKind.TRANSFER_LEADER, OperationStatus.FAILED), 1_000);

        assertThat(holds.isHeld(SHARD, 1_001)).isFalse();
        assertThat(holds.isHeld(SHARD, OperationKind.REPLACE_REPLICA, 1_001)).isFalse();
        assertThat(holds.isHeld(SHARD, OperationKind.TRANSFER_LEADER, 30_999)).isTrue();
        assertThat(holds.isHeld(SHARD, OperationKind.TRANSFER_LEADER, 31_000)).isFalse();
    }

    @Test
    void whatSomebodyCancelledIsLeftAloneMuchLonger() {
        holds.ended(operation(OperationKind.TRANSFER_LEADER, OperationStatus.CANCELLED), 0);

        holds.tick(10 * RETRY_AFTER - 1);
        assertThat(holds.isHeld(SHARD, 10 * RETRY_AFTER - 1)).isTrue();
        holds.tick(10 * RETRY_AFTER);
        assertThat(holds.isHeld(SHARD, 10 * RETRY_AFTER)).isFalse();
    }

    @Test
    void successEndsAllHolds() {
        holds.ended(operation(OperationKind.MOVE_REPLICA, OperationStatus.FAILED), 0);
        holds.ended(operation(OperationKind.TRANSFER_LEADER, OperationStatus.FAILED), 0);
        holds.ended(operation(OperationKind.ADD_REPLICA, OperationStatus.DONE), 1);

        assertThat(holds.isHeld(SHARD, OperationKind.TRANSFER_LEADER, 2)).isFalse();
    }

    private static Operation operation(OperationKind kind, OperationStatus status) {
        boolean isTransfer = kind == OperationKind.TRANSFER_LEADER;
        @Nullable ServerId source = kind == OperationKind.MOVE_REPLICA ? new ServerId(1) : null;
        OperationOrder order = new OperationOrder(kind, SHARD, source, new ServerId(2), "a test", Requester.POLICY);
        OperationStep step = isTransfer ? OperationStep.TRANSFER : OperationStep.ADD;
        return new Operation(1, order, status, step, isTransfer ? 0 : 1, 1, 1, null, "");
    }
}
