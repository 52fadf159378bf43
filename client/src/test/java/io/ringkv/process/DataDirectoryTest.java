package io.ringkv.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    private static final IdentityFormat<String> GREETER = format("greeter");

    @TempDir
    private Path root;

    @Test
    void makesAMissingDirectoryThatOfANewProcessAndKnowsItAgain() {
        Path path = root.resolve("a/b");

        assertThat(openAndClose(path, "hello")).isEqualTo("hello");
        assertThat(openAndClose(path, "another")).isEqualTo("hello");
    }

    @Test
    void remembersWhatIsStored() {
        try (DataDirectory<String> directory = open()) {
            directory.store("hello again: to all");
            assertThat(directory.identity()).isEqualTo("hello again: to all");
        }

        assertThat(openAndClose(root, "another")).isEqualTo("hello again: to all");
    }

    @Test
    void lendsItselfToOneProcessAtATime() {
        try (DataDirectory<String> directory = open()) {
            assertRefused(
                    ErrorCode.DATA_DIRECTORY_LOCKED,
                    "Process " + ProcessHandle.current().pid());
            assertThat(directory.identity()).isEqualTo("hello");
        }

        open().close();
    }

    @Test
    void refusesADirectoryOfSomethingElseAndLeavesItAlone() throws IOException {
        Files.writeString(root.resolve("letter.txt"), "hello");

        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "\"letter.txt\"");
        assertThat(root.toFile().list()).containsExactly("letter.txt");
    }

    @Test
    void refusesDataWhoseIdentityWasLost() throws IOException {
        open().close();
        Files.createDirectory(root.resolve("raft"));
        Files.delete(root.resolve("identity"));

        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "\"raft\"");
    }

    @Test
    void refusesTheDirectoryOfAnotherKindEvenIfItIsDamaged() throws IOException {
        DataDirectory.open(root, format("singer"), () -> "la").close();
        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "of something else");

        Path file = root.resolve("identity");
        Files.writeString(file, Files.readString(file).replace("la", "lo"));
        assertRefused(ErrorCode.DATA_DIRECTORY_FOREIGN, "of something else");
    }

    @Test
    void refusesAFileInPlaceOfTheDirectory() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> DataDirectory.open(file, GREETER, () -> "hello"))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_FOREIGN));
    }

    @Test
    void refusesEveryCutOrChangedIdentity() throws IOException {
        open().close();
        Path file = root.resolve("identity");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
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
        open().close();
        Path file = root.resolve("identity");
        String newer = Files.readString(file).replace("format: 1", "format: 2");
        String body = newer.substring(0, newer.indexOf("checksum: "));
        Files.writeString(file, body + "checksum: " + IdentityText.checksum(body) + "\n");

        assertRefused(ErrorCode.DATA_DIRECTORY_UNREADABLE, "format is 2 (known: 1)");
    }

    @Test
    void refusesAnotherLabelThanTheProcessIsKnownBy() {
        try (DataDirectory<String> directory = open()) {
            directory.checkLabel("", "g2");
            directory.checkLabel("g1", "");
            directory.checkLabel("g1", "g1");

            assertThatThrownBy(() -> directory.checkLabel("g1", "g2"))
                    .hasMessageContaining("DATA_DIRECTORY_FOREIGN")
                    .hasMessageContaining("that of greeter g1");
        }
    }

    private DataDirectory<String> open() {
        return DataDirectory.open(root, GREETER, () -> "hello");
    }

    private static String openAndClose(Path path, String fresh) {
        try (DataDirectory<String> directory = DataDirectory.open(path, GREETER, () -> fresh)) {
            return directory.identity();
        }
    }

    private void assertUnusable(String how) {
        assertThatThrownBy(this::open)
                .as(how)
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        e -> assertThat(e.code())
                                .as(how)
                                .isIn(ErrorCode.DATA_DIRECTORY_UNREADABLE, ErrorCode.DATA_DIRECTORY_FOREIGN));
    }

    private void assertRefused(ErrorCode code, String words) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private static IdentityFormat<String> format(String kind) {
        return new IdentityFormat<>() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public IdentityLines write(String identity) {
                return IdentityLines.NONE.with("greeting", identity);
            }

            @Override
            public String read(IdentityLines lines) {
                return lines.required("greeting");
            }
        };
    }
}
