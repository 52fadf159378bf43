package io.ringkv.testing.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The software keeps the rules, and each rule is shown to notice when it is broken. */
final class ArchitectureTest {
    private static final String VIOLATIONS = "io.ringkv.testing.arch.violations";

    /** For each rule what its failure must mention: classes, or single calls, that break it on purpose. */
    private static final Map<String, List<String>> EXPECTED_COMPLAINTS = Map.ofEntries(
            Map.entry("protocol-stands-alone", List.of("rpc.NamesCommon")),
            Map.entry("rpc-serves-both-sides", List.of("rpc.support.NamesCli")),
            Map.entry("common-is-the-base", List.of("common.NamesClient")),
            Map.entry("client-knows-no-server", List.of("client.NamesServer")),
            Map.entry("raft-adapter-is-shared", List.of("raft.NamesServer")),
            Map.entry("process-is-shared", List.of("process.NamesServer")),
            Map.entry("server-never-uses-manager", List.of("server.NamesManager")),
            Map.entry("manager-never-uses-server", List.of("manager.NamesServer")),
            Map.entry("cli-knows-no-server", List.of("cli.NamesManager")),
            Map.entry("cli-only-for-commands", List.of("server.door.UsesCommandLine", "testing.bench.UsesCommandLine")),
            Map.entry("ratis-only-in-adapters", List.of("server.door.UsesRatis")),
            Map.entry("mapdb-only-in-its-store", List.of("server.storage.UsesMapDb")),
            Map.entry("picocli-only-in-commands", List.of("client.UsesPicocli")),
            Map.entry("yaml-only-in-configuration", List.of("client.UsesYaml")),
            Map.entry("pure-packages-have-no-clock-or-randomness", inEachPurePackage("Acts.monotonicTime")),
            Map.entry(
                    "pure-packages-have-no-threads-or-io",
                    Stream.of("Acts.thread", "Acts.executor", "Acts.file")
                            .flatMap(method -> inEachPurePackage(method).stream())
                            .toList()),
            Map.entry("pure-packages-have-no-transport", inEachPurePackage("Acts.transport")),
            Map.entry(
                    "wall-clock-only-in-wiring",
                    Stream.of("now", "instant", "clock", "unseeded", "threadLocal", "math", "uuid")
                            .map(method -> "client.ReadsWallClock." + method)
                            .toList()),
            Map.entry("standard-streams-only-in-commands", List.of("client.PrintsToStandardOutput")),
            Map.entry("names-say-what-a-class-does", List.of("client.NamingUtil")));

    private static JavaClasses production;
    private static JavaClasses violations;

    @BeforeAll
    static void readClassFiles() {
        production = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.ringkv");
        violations = new ClassFileImporter().importPackages(VIOLATIONS);
    }

    @TestFactory
    Stream<DynamicTest> productionCodeKeeps() {
        return new ArchitectureRules("io.ringkv")
                .all().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(production)));
    }

    @TestFactory
    Stream<DynamicTest> noticesWhenBroken() {
        ArchitectureRules rules = new ArchitectureRules(VIOLATIONS);
        return EXPECTED_COMPLAINTS.entrySet().stream()
                .map(expected -> DynamicTest.dynamicTest(expected.getKey(), () -> {
                    String report = report(rules.named(expected.getKey()));

                    assertThat(expected.getValue())
                            .allSatisfy(complaint -> assertThat(report).contains(VIOLATIONS + "." + complaint));
                }));
    }

    @Test
    void everyRuleHasAViolationThatProvesIt() {
        assertThat(new ArchitectureRules(VIOLATIONS).all()).containsOnlyKeys(EXPECTED_COMPLAINTS.keySet());
    }

    @Test
    void allowsMonotonicTimeAndSeededRandomnessOutsidePurePackages() {
        String report = report(new ArchitectureRules(VIOLATIONS).named("wall-clock-only-in-wiring"));

        assertThat(report).contains("ReadsWallClock.now").doesNotContain("ReadsWallClock.allowed");
    }

    @Test
    void allowsACommandOfTheTestKitBesideItsSubject() {
        String report = report(new ArchitectureRules(VIOLATIONS).named("cli-only-for-commands"));

        assertThat(report).contains("testing.bench.UsesCommandLine").doesNotContain("BenchCommand");
    }

    @Test
    void seesTheClassesOfAllModules() {
        Set<String> packages =
                production.stream().map(type -> type.getPackageName()).collect(Collectors.toSet());

        assertThat(packages)
                .contains("io.ringkv.common", "io.ringkv.rpc", "io.ringkv.cli", "io.ringkv.server")
                .contains("io.ringkv.manager", "io.ringkv.testing");
    }

    private static String report(ArchRule rule) {
        return String.join("\n", rule.evaluate(violations).getFailureReport().getDetails());
    }

    private static List<String> inEachPurePackage(String member) {
        return ArchitectureRules.purePackages().map(name -> name + "." + member).toList();
    }
}
