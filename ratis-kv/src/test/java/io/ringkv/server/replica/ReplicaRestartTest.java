package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import io.ringkv.raft.GroupDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken for a replica that has forgotten its term and vote. */
final class ReplicaRestartTest {
    private static final GroupId GROUP = new GroupId(UUID.fromString("71510f20-2a63-44b5-9bac-25c127c6525a"));
    private static final String WHOLE = "#Fri Nov 20 19:32:51 UTC 2026\nterm=3\nvotedFor=22da67174d04e715\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path storage;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void haveADirectory() throws IOException {
        Path current = storage.resolve(GROUP.value().toString()).resolve("current");
        file = Files.createDirectories(current).resolve("raft-meta");
    }

    @Test
    void aReplicaWithTermAndVoteIsComplete() throws IOException {
        Files.writeString(file, WHOLE);

        assertThat(found()).isEqualTo(RestartRules.Found.COMPLETE);
    }

    @Test
    void oneWithoutTheFileHasForgotten() throws IOException {
        assertThat(found()).isEqualTo(RestartRules.Found.NO_TERM_AND_VOTE);
    }

    @Test
    void oneWhoseFileIsDamagedHasForgottenToo() throws IOException {
        for (String damaged : new String[] {
            "",
            WHOLE.substring(0, 34),
            "term=3\n",
            "votedFor=22da67174d04e715\n",
            "term=x\nvotedFor=\n",
            "term=3\nvotedFor=\\u00"
        }) {
            Files.writeString(file, damaged);
            assertThat(found()).as(damaged).isEqualTo(RestartRules.Found.NO_TERM_AND_VOTE);
        }
        byte[] flipped = WHOLE.getBytes(StandardCharsets.UTF_8);
        flipped[3] |= (byte) 0x80;
        Files.write(file, flipped);
        assertThat(found()).isEqualTo(RestartRules.Found.NO_TERM_AND_VOTE);
    }

    private RestartRules.Found found() throws IOException {
        return ReplicaRestart.look(GroupDirectory.of(storage, GROUP));
    }
}
