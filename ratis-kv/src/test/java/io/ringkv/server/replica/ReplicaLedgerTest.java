package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaLedgerTest {
    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("ledger");
    }

    @Test
    void remembersWhatItWasTold() {
        LedgerEntry entry = LedgerCodecTest.entry(1, LedgerEntry.State.MEMBER);
        ReplicaLedger ledger = ReplicaLedger.open(file(), true);
        ledger.change(present -> present.withManagerTerm(7).with(entry));

        ReplicaLedger again = ReplicaLedger.open(file(), false);
        assertThat(again.present().managerTerm()).isEqualTo(7);
        assertThat(again.entry(entry.group())).isEqualTo(entry);
    }

    @Test
    void beginsOnlyWhereThereIsNoReplica() {
        assertThatThrownBy(() -> ReplicaLedger.open(file(), false))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_UNREADABLE))
                .hasMessageContaining("missing, but there are replicas");
        ReplicaLedger.open(file(), true);
        assertThat(file()).exists();
        ReplicaLedger.open(file(), false);
    }

    @Test
    void refusesADamagedFile() throws IOException {
        ReplicaLedger.open(file(), true);
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(), bytes);
        assertThatThrownBy(() -> ReplicaLedger.open(file(), true))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_UNREADABLE))
                .hasMessageContaining("checksum");
    }

    @Test
    void takesNoChangeAfterAWriteThatFailed() throws IOException {
        ReplicaLedger ledger = ReplicaLedger.open(file(), true);
        Files.delete(file());
        // The new file cannot be given the name of a directory that is not empty.
        Files.createDirectories(file().resolve("in-the-way"));

        assertThatThrownBy(() -> ledger.change(present -> present.withManagerTerm(7)))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FAILED));
        assertThat(ledger.present().managerTerm()).isZero();

        Files.delete(file().resolve("in-the-way"));
        Files.delete(file());
        assertThatThrownBy(() -> ledger.change(present -> present.withManagerTerm(7)))
                .isInstanceOf(RingKvException.class);
    }

    @Test
    void neverLowersEpochTermOrFloor() {
        LedgerEntry entry = LedgerCodecTest.entry(1, LedgerEntry.State.MEMBER);
        assertThat(entry.withEpoch(1, 1).replicaEpoch()).isEqualTo(entry.replicaEpoch());
        assertThat(entry.withEpoch(1, 1).managerTerm()).isEqualTo(entry.managerTerm());
        assertThat(entry.withFloor(0).committedFloor()).isEqualTo(entry.committedFloor());
        assertThat(Ledger.EMPTY.withManagerTerm(5).withManagerTerm(3).managerTerm())
                .isEqualTo(5);
    }

    @Test
    void keepsEntriesOfEveryState() {
        ReplicaLedger ledger = ReplicaLedger.open(file(), true);
        for (LedgerEntry.State state : LedgerEntry.State.values()) {
            ledger.change(present -> present.with(LedgerCodecTest.entry(state.number(), state)));
        }
        assertThat(ReplicaLedger.open(file(), false).present().entries().values())
                .extracting(LedgerEntry::state)
                .containsExactly(LedgerEntry.State.values());
        assertThat(Objects.requireNonNull(ledger.entry(
                                LedgerCodecTest.entry(4, LedgerEntry.State.LOST).group()))
                        .reason())
                .isEqualTo("its directory is missing");
    }
}
