package io.ringkv.manager.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.Founding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    private static final Founding FOUNDING = Clusters.founding(3, 6, 3);
    private static final ManagerId ID = new ManagerId(1);
    private static final ManagerId ANOTHER = new ManagerId(9);

    @TempDir
    Path parent;

    @Test
    void makesANewManagerAndKnowsItAgain() {
        Path path = parent.resolve("deep").resolve("m1");
        try (DataDirectory directory = DataDirectory.open(path, () -> ID)) {
            assertThat(directory.identity()).isEqualTo(ManagerIdentity.fresh(ID));
        }

        try (DataDirectory directory = DataDirectory.open(path, () -> ANOTHER)) {
            assertThat(directory.identity().id()).isEqualTo(ID);
        }
    }

    @Test
    void keepsTheFoundingAndThatItHadALog() {
        try (DataDirectory directory = DataDirectory.open(parent, () -> ID)) {
            directory.store(directory.identity().withFounding(FOUNDING));
            directory.store(directory.identity().asMember());
        }

        try (DataDirectory directory = DataDirectory.open(parent, () -> ANOTHER)) {
            assertThat(directory.identity()).isEqualTo(new ManagerIdentity(ID, FOUNDING, true));
            assertThat(directory.identity().record()).isEqualTo(Clusters.manager(1));
        }
    }

    @Test
    void lendsItselfToOneProcessAtATime() {
        try (DataDirectory first = DataDirectory.open(parent, () -> ID)) {
            assertRefused(() -> DataDirectory.open(parent, () -> ID), ErrorCode.DATA_DIRECTORY_LOCKED);
            assertThat(first.identity().id()).isEqualTo(ID);
        }

        DataDirectory.open(parent, () -> ID).close();
    }

    @Test
    void refusesADirectoryOfSomethingElse() throws IOException {
        Files.writeString(parent.resolve("thesis.txt"), "important");

        assertRefused(() -> DataDirectory.open(parent, () -> ID), ErrorCode.DATA_DIRECTORY_FOREIGN);
        assertThat(parent.resolve("identity")).doesNotExist();
        assertThat(parent.resolve("lock")).doesNotExist();
    }

    @Test
    void refusesTheDirectoryOfAServer() throws IOException {
        Files.writeString(parent.resolve("identity"), "kind: server\nformat: 1\n");

        assertRefused(() -> DataDirectory.open(parent, () -> ID), ErrorCode.DATA_DIRECTORY_FOREIGN);
    }

    @Test
    void refusesALogWithoutIdentity() throws IOException {
        Files.createDirectory(parent.resolve("raft"));

        assertRefused(() -> DataDirectory.open(parent, () -> ID), ErrorCode.DATA_DIRECTORY_FOREIGN);
    }

    @Test
    void refusesAnIdentityThatWasCutOrEdited() throws IOException {
        DataDirectory.open(parent, () -> ID).close();
        Path file = parent.resolve("identity");
        String text = Files.readString(file);

        for (int i = text.indexOf("kind"); i < text.length() - 1; i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            Files.writeString(file, text.substring(0, i) + other + text.substring(i + 1));
            assertRefused(() -> DataDirectory.open(parent, () -> ANOTHER), ErrorCode.DATA_DIRECTORY_FOREIGN);
        }
        for (int length = 0; length < text.length() - 1; length++) {
            Files.writeString(file, text.substring(0, length));
            assertRefused(() -> DataDirectory.open(parent, () -> ANOTHER), ErrorCode.DATA_DIRECTORY_FOREIGN);
        }
    }

    @Test
    void saysWhenTheDiskCannotBeUsed() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertRefused(() -> DataDirectory.open(file, () -> ID), ErrorCode.DATA_DIRECTORY_UNREADABLE);
    }

    @Test
    void refusesAFoundingOfOthers() {
        assertThatThrownBy(() -> new ManagerIdentity(ANOTHER, FOUNDING, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not among the founders");
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
