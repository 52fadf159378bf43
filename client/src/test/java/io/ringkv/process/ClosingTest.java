package io.ringkv.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {

    @Test
    void closesTheYoungestFirstAndAllWhateverFails() {
        List<String> closed = new ArrayList<>();
        Closing closing = new Closing();
        closing.add(() -> closed.add("first"));
        closing.add(() -> {
            throw new IOException("disk on fire");
        });
        closing.add(() -> closed.add("third"));

        closing.close();
        closing.close();

        assertThat(closed).containsExactly("third", "first");
    }
}
