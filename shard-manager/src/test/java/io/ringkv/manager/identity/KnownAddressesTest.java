package io.ringkv.manager.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownAddressesTest {

    @TempDir
    Path directory;

    @Test
    void findsAgainWhatWasWritten() {
        KnownAddresses.read(directory).write(List.of("a:1", "b:2"));
        KnownAddresses.read(directory).write(List.of("c:3"));

        assertThat(KnownAddresses.read(directory).all()).containsExactly("c:3");
    }

    @Test
    void neverForgetsAllBecauseNothingIsKnownNow() {
        KnownAddresses.read(directory).write(List.of("a:1"));
        KnownAddresses.read(directory).write(List.of());

        assertThat(KnownAddresses.read(directory).all()).containsExactly("a:1");
    }

    @Test
    void keepsABoundedNumberAndIgnoresWhatIsNoAddress() throws Exception {
        KnownAddresses.read(directory)
                .write(IntStream.range(0, 100).mapToObj(k -> "h:" + k).toList());
        assertThat(KnownAddresses.read(directory).all()).hasSize(32);

        Files.writeString(directory.resolve("addresses"), "a:1\nnonsense\n\n b:2\nc:33333\n");
        assertThat(KnownAddresses.read(directory).all()).containsExactly("a:1", "c:33333");
    }
}
