package io.ringkv.testing.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.nemesis.FaultSchedule;
import io.ringkv.testing.lab.run.LoadOptions;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves is enough to do it again. */
final class PlanDocumentTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void isReadAsItWasWrittenWithAllKindsOfFaults() throws IOException {
        Duration hour = Duration.ofHours(1);
        LoadOptions load = new LoadOptions(16, 2, 12.5, Duration.ofSeconds(5), -7);
        RunPlan plan = new RunPlan(WorkloadKind.BATCH, load, hour, 30, "first", 1_000);
        PlanDocument document = new PlanDocument(
                plan, 5, "h:1", FaultSchedule.plan(Arrays.asList(FaultKind.values()), -7, hour.toMillis()));
        document.write(directory);

        RunPlan again = new RunPlan(WorkloadKind.BATCH, load, hour, 30, "second", 1_000);
        assertThat(PlanDocument.read(directory, "second"))
                .isEqualTo(new PlanDocument(again, 5, "h:1", document.schedule()));
    }

    @Test
    void whatIsNoPlanIsRefused() throws IOException {
        assertThatThrownBy(() -> PlanDocument.read(directory, "x")).hasMessageContaining("There is no run");
        for (String text : new String[] {"", "[]", "{}", "{\"workload\": \"register\"", "{\"seed\": 1}"}) {
            Files.writeString(directory.resolve("run.json"), text);
            assertThatThrownBy(() -> PlanDocument.read(directory, "x"))
                    .as(text)
                    .hasMessageContaining("is not the plan of a run");
        }
    }
}
