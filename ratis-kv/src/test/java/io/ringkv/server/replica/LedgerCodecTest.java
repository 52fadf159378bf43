package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerCodecTest {
    static LedgerEntry entry(int shard, LedgerEntry.State state) {
        return new LedgerEntry(
                new ShardId(shard),
                new GroupId(new UUID(17, shard)),
                2,
                state,
                5,
                3,
                new TokenRange(new Token(-1), new Token(77)),
                4,
                1,
                1234,
                state == LedgerEntry.State.LOST ? "its directory is missing" : "");
    }

    private static Ledger ledger() {
        Ledger ledger = new Ledger(9, "boot-1", true, new TreeMap<>());
        int shard = 1;
        for (LedgerEntry.State state : LedgerEntry.State.values()) {
            ledger = ledger.with(entry(shard++, state));
        }
        return ledger;
    }

    @Test
    void readsWhatItWrote() throws LedgerDamagedException {
        assertThat(LedgerCodec.decode(LedgerCodec.encode(Ledger.EMPTY))).isEqualTo(Ledger.EMPTY);
        assertThat(LedgerCodec.decode(LedgerCodec.encode(ledger()))).isEqualTo(ledger());
    }

    @Test
    void readsTheFirstFormatForEver() throws LedgerDamagedException {
        // Written by the first release: manager term 9, boot id "boot-1", stopped in order, one member.
        String golden = "524b4c47000100010000000000000009" + "0006626f6f742d31" + "00000001" + "0000000200000002"
                + "00000000000000110000000000000002" + "02" + "00000001" + "0000000000000005" + "0000000000000003"
                + "ffffffffffffffff" + "000000000000004d" + "0000000000000004" + "00000000000004d2" + "0000"
                + "GOLDENCRC";
        Ledger expected = new Ledger(9, "boot-1", true, new TreeMap<>()).with(entry(2, LedgerEntry.State.MEMBER));
        byte[] written = LedgerCodec.encode(expected);
        String hex = HexFormat.of().formatHex(written);
        assertThat(hex.substring(0, hex.length() - 8)).isEqualTo(golden.replace("GOLDENCRC", ""));
        assertThat(LedgerCodec.decode(written)).isEqualTo(expected);
    }

    @Test
    void noticesEveryCut() {
        byte[] whole = LedgerCodec.encode(ledger());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> LedgerCodec.decode(cut))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(LedgerDamagedException.class);
        }
    }

    @Test
    void noticesEveryFlippedBit() {
        byte[] whole = LedgerCodec.encode(ledger());
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> LedgerCodec.decode(flipped))
                    .as("bit %d flipped", bit)
                    .isInstanceOf(LedgerDamagedException.class);
        }
    }

    @Test
    void noticesWhatFollows() {
        byte[] whole = LedgerCodec.encode(ledger());
        assertThatThrownBy(() -> LedgerCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(LedgerDamagedException.class);
    }

    @Test
    void refusesArbitraryBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> LedgerCodec.decode(bytes))
                    .as("seed %d", seed)
                    .isInstanceOf(LedgerDamagedException.class);
        }
    }
}
