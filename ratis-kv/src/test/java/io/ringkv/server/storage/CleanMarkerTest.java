package io.ringkv.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CleanMarkerTest {

    private final CleanMarker marker = marker();

    private static CleanMarker marker() {
        ShardFixture shard = ShardFixture.created();
        for (int i = 1; i <= 10; i++) {
            shard.opening(1 + i % 3, i, ShardFixture.put("key" + i, "value")).apply();
        }
        return new CleanMarker(
                "boot", new Position(3, 99), "store-7", 4_096, 0xcafe, shard.state(), new byte[] {1, 2, 3});
    }

    @Test
    void givesBackWhatWasWritten() {
        CleanMarker read = CleanMarker.decode(marker.encode());

        assertThat(read.bootId()).isEqualTo("boot");
        assertThat(read.position()).isEqualTo(new Position(3, 99));
        assertThat(read.storeName()).isEqualTo("store-7");
        assertThat(read.storeBytes()).isEqualTo(4_096);
        assertThat(read.storeCrc()).isEqualTo(0xcafe);
        assertThat(read.configuration()).containsExactly(1, 2, 3);
        assertThat(read.digest()).isEqualTo(marker.digest());
        assertThat(read.state().meta()).isEqualTo(marker.state().meta());
        assertThat(read.state().keys()).isEqualTo(10);
        assertThat(read.state().sessions().size()).isEqualTo(3);
        assertThat(read.state().sessions().bytes())
                .isEqualTo(marker.state().sessions().bytes());
        assertThat(read.encode()).isEqualTo(marker.encode());
    }

    @Test
    void belongsToOneLifeOfOneShard() {
        assertThat(marker.isOf(ShardFixture.SHARD, 1)).isTrue();
        assertThat(marker.isOf(ShardFixture.SHARD, 2)).isFalse();
        assertThat(marker.isOf(new ShardId(99), 1)).isFalse();
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = marker.encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CleanMarker.decode(cut)).isInstanceOf(MalformedBytesException.class);
        }
    }

    @Test
    void everySingleBitFlipIsRefused() {
        byte[] bytes = marker.encode();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> CleanMarker.decode(flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(MalformedBytesException.class);
        }
    }
}
