package io.ringkv.cli.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.ManagerStatus;
import org.junit.jupiter.api.Test;

class ManagerChangesTest {

    private static final ClusterStatus CALM = ClusterStatus.newBuilder()
            .addManagers(manager(1, "m1", false))
            .addManagers(manager(4, "m4", true))
            .build();

    private static final ClusterStatus BUSY =
            CALM.toBuilder().setManagerChange("add manager m4: waits for Raft").build();

    @Test
    void isOverWhenTheManagerIsWhatItShouldBe() {
        assertThat(ManagerChanges.progress(CALM, "m1", true).isOver()).isTrue();
        assertThat(ManagerChanges.progress(CALM, "h1:1", true).isOver()).isTrue();
        assertThat(ManagerChanges.progress(CALM, "m4", false).isOver()).isTrue();
        assertThat(ManagerChanges.progress(CALM, "m9", false).isOver()).isTrue();
    }

    @Test
    void saysWhatAChangeWaitsFor() {
        assertThat(ManagerChanges.progress(BUSY, "m4", true).isOver()).isFalse();
        assertThat(ManagerChanges.progress(BUSY, "m4", true).text()).contains("waits for Raft");
    }

    @Test
    void failsWhenTheChangeHasEndedInVain() {
        assertThatThrownBy(() -> ManagerChanges.progress(CALM, "m4", true))
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNHEALTHY))
                .hasMessageContaining("given up");
    }

    private static ManagerStatus manager(long id, String label, boolean isStandby) {
        return ManagerStatus.newBuilder()
                .setManager(ManagerRecord.newBuilder()
                        .setManagerId(id)
                        .setLabel(label)
                        .setClientAddress("h" + id + ":1"))
                .setStandby(isStandby)
                .build();
    }
}
