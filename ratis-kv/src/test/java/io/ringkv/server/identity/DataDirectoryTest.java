package io.ringkv.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final ServerId ID = new ServerId(0x1234);
    private static final ServerAddresses ADDRESSES = new ServerAddresses("h:1", "h:2", "h:3");

    @TempDir
    private Path root;

    @Test
    void makesAMissingDirectoryThatOfANewServerAndKnowsItAgain() {
        Path path = root.resolve("a/b");

        assertThat(openAndClose(path, ID)).isEqualTo(ServerIdentity.fresh(ID));
        assertThat(openAndClose(path, new ServerId(9))).isEqualTo(ServerIdentity.fresh(ID));
    }

    @Test
    void remembersWhatItJoined() {
        ServerIdentity joined = ServerIdentity.fresh(ID).joined(new ClusterId(new UUID(1, 2)), "s1", ADDRESSES);
        try (DataDirectory directory = DataDirectory.open(root, () -> ID)) {
            directory.store(joined);
            assertThat(directory.identity()).isEqualTo(joined);
        }

        assertThat(openAndClose(root, ID)).isEqualTo(joined);
    }

    @Test
    void refusesADirectoryInUse() {
        try (DataDirectory directory = DataDirectory.open(root, () -> ID)) {
            assertRefused(
                    ErrorCode.DATA_DIRECTORY_LOCKED,
                    "Process " + ProcessHandle.current().pid());
            assertThat(directory.identity().id()).isEqualTo(ID);
        }
    }

    @Test
    void refusesADirectoryOfSomethingElseAndLeavesItAlone() throws IOException {
        Files.writeString(root.resolve("letter.txt"), "hello");

        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "\"letter.txt\"");
        assertThat(root.toFile().list()).containsExactly("letter.txt");
    }

    @Test
    void refusesDataWhoseIdentityWasLost() throws IOException {
        openAndClose(root, ID);
        Files.createDirectory(root.resolve("raft"));
        Files.delete(root.resolve("identity"));

        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "\"raft\"");
    }

    @Test
    void refusesTheDirectoryOfAManager() throws IOException {
        Files.writeString(root.resolve("identity"), "kind: manager\nformat: 1\n");

        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "of something else");
    }

    @Test
    void refusesAFileInPlaceOfTheDirectory() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> DataDirectory.open(file, () -> ID)).isInstanceOf(RingKvException.class);
    }

    @Test
    void refusesEveryCutOrChangedIdentity() throws IOException {
        try (DataDirectory directory = DataDirectory.open(root, () -> ID)) {
            directory.store(directory.identity().joined(new ClusterId(new UUID(1, 2)), "s1", ADDRESSES));
        }
        Path file = root.resolve("identity");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            assertUnusable("cut to " + length + " bytes");
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            assertUnusable("byte " + at + " changed");
        }
    }

    @Test
    void refusesANewerFormat() throws IOException {
        openAndClose(root, ID);
        Path file = root.resolve("identity");
        String newer = Files.readString(file).replace("format: 1", "format: 2");
        String body = newer.substring(0, newer.indexOf("checksum: "));
        Files.writeString(file, body + "checksum: " + IdentityText.checksum(body) + "\n");

        assertRefused(ErrorCode.DATA_DIRECTORY_UNREADABLE, "format is 2 (known: 1)");
    }

    private void assertUnusable(String how) {
        assertThatThrownBy(() -> DataDirectory.open(root, () -> ID))
                .as(how)
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        e -> assertThat(e.code())
                                .as(how)
                                .isIn(ErrorCode.DATA_DIRECTORY_UNREADABLE, ErrorCode.DATA_DIRECTORY_FOREIGN));
    }

    private void assertRefused(ErrorCode code, String words) {
        assertThatThrownBy(() -> DataDirectory.open(root, () -> ID))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private static ServerIdentity openAndClose(Path path, ServerId newId) {
        try (DataDirectory directory = DataDirectory.open(path, () -> newId)) {
            return directory.identity();
        }
    }
}
