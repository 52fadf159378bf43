package io.ringkv.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> printed = new ArrayList<>();

    @Test
    void tellsPartRateAndTimeLeft() {
        ProgressBar bar = new ProgressBar("import", 1000, true, 0, printed::add);

        assertThat(bar.line(100, 250, SECOND))
                .isEqualTo("import  [######------------------]  25 %  100 records  250 B  100/s  3.0 s left");
    }

    @Test
    void drawsFiveTimesASecondOnATerminalAndWipesItsLine() {
        ProgressBar bar = new ProgressBar("export", 0, true, 0, printed::add);

        bar.update(1, 1, SECOND / 10);
        assertThat(printed).isEmpty();
        bar.update(1, 1, SECOND / 4);
        bar.end();
        assertThat(printed).hasSize(2).allMatch(text -> text.startsWith("\r"));
    }

    @Test
    void writesALineEveryTenSecondsElsewhere() {
        ProgressBar bar = new ProgressBar("export", 0, false, 0, printed::add);

        bar.update(1, 1, 5 * SECOND);
        bar.update(2, 2, 10 * SECOND);
        bar.update(3, 3, 11 * SECOND);
        bar.end();

        assertThat(printed).hasSize(1).allMatch(text -> text.endsWith("\n"));
    }
}
