package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.disk.DiskSpace;
import io.ringkv.server.fake.FakeDisk;
import org.junit.jupiter.api.Test;

class SnapshotPermitTest {
    private final FakeDisk disk = new FakeDisk();
    private final SnapshotPermit permit = new SnapshotPermit(disk, 100);

    @Test
    void letsOneSnapshotBeWrittenAtATime() {
        assertThat(permit.tryTake(10)).isTrue();
        assertThat(permit.tryTake(10)).isFalse();

        permit.giveBack();

        assertThat(permit.tryTake(10)).isTrue();
    }

    @Test
    void waitsUntilThereIsRoomForTheSnapshotAndTheReserve() {
        disk.use(50);
        assertThat(permit.tryTake(401)).isFalse();
        assertThat(permit.tryTake(400)).as("a smaller one, by another shard").isTrue();
        permit.giveBack();

        disk.use(40);

        assertThat(permit.tryTake(401)).isTrue();
    }

    @Test
    void asksNothingOfADiskThatNothingIsKnownOf() {
        assertThat(new SnapshotPermit(DiskSpace.UNKNOWN, 100).tryTake(Long.MAX_VALUE))
                .isTrue();
    }
}
