package io.ringkv.testing.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How the packages may depend on each other, as rules over compiled classes. The root package is a parameter so that the
 * same rules can be shown to fail on deliberate violations, which stand under a root of their own.
 */
final class ArchitectureRules {
    /** Logic without clock, randomness, threads or IO; tested by tables and seeded comparison. */
    private static final List<String> PURE_PACKAGES = List.of(
            "common.ring",
            "common.shardmap",
            "common.id",
            "common.error",
            "server.shard",
            "manager.state",
            "manager.placement",
            "manager.operation",
            "manager.roster",
            "client.retry",
            "testing.lab.history",
            "testing.lab.check");

    /** Wiring and adapters: the only places where the wall clock and real randomness enter. */
    private static final List<String> MAY_READ_WALL_CLOCK =
            List.of("..main..", "..raft..", "..rpc..", "client.wiring..", "cli..", "testing..");

    /** Packages that hold commands, or the wiring behind one. */
    private static final List<String> COMMAND_PACKAGES =
            List.of("cli..", "server.main..", "manager.main..", "testing.cli..");

    private final String root;
    private final Map<String, ArchRule> rules = new LinkedHashMap<>();

    ArchitectureRules(String root) {
        this.root = root;
        addModuleDirection();
        addLibraryFences();
        addPurity();
        addHouseStyle();
    }

    /** Every rule under a short name, in the order of definition. */
    Map<String, ArchRule> all() {
        return Collections.unmodifiableMap(rules);
    }

    /** The rule of this short name. */
    ArchRule named(String name) {
        return Objects.requireNonNull(rules.get(name), () -> "no rule is called " + name);
    }

    private void addModuleDirection() {
        forbid(
                "protocol-stands-alone",
                "rpc",
                "common..",
                "client..",
                "cli..",
                "raft..",
                "process..",
                "server..",
                "manager..",
                "testing..");
        forbid(
                "rpc-serves-both-sides",
                "rpc..",
                "client..",
                "cli..",
                "raft..",
                "process..",
                "server..",
                "manager..",
                "testing..");
        forbid(
                "common-is-the-base",
                "common..",
                "rpc.*..",
                "client..",
                "cli..",
                "raft..",
                "server..",
                "manager..",
                "testing..");
        forbid(
                "client-knows-no-server",
                "client..",
                "cli..",
                "raft..",
                "process..",
                "server..",
                "manager..",
                "testing..");
        forbid(
                "raft-adapter-is-shared",
                "raft..",
                "client..",
                "cli..",
                "process..",
                "server..",
                "manager..",
                "testing..");
        forbid("process-is-shared", "process..", "client..", "cli..", "server..", "manager..", "testing..");
        forbid("server-never-uses-manager", "server..", "manager..", "testing..");
        forbid("manager-never-uses-server", "manager..", "server..", "testing..");
        forbid("cli-knows-no-server", "cli..", "raft..", "process..", "server..", "manager..", "testing..");
        add(
                "cli-only-for-commands",
                noClasses()
                        .that(areNoCommands())
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(absolute("cli.."))
                        .because("commands join through CommandProvider; nothing else may need the command line"));
    }

    private void addLibraryFences() {
        fence(
                "ratis-only-in-adapters",
                List.of("org.apache.ratis.."),
                List.of("raft..", "server.raft..", "manager.raft..", "testing.ratis.."),
                "Ratis words and types stay behind the adapter");
        fence(
                "mapdb-only-in-its-store",
                List.of("org.mapdb.."),
                List.of("server.storage.mapdb.."),
                "the store can be replaced");
        add(
                "picocli-only-in-commands",
                noClasses()
                        .that(areNoCommands())
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("picocli..", "org.jline..")
                        .because("they are optional dependencies of the client"));
        fence(
                "yaml-only-in-configuration",
                List.of("org.snakeyaml.."),
                List.of("common.config.."),
                "files are read in one place");
    }

    private void addPurity() {
        add(
                "pure-packages-have-no-clock-or-randomness",
                noClasses()
                        .that(resideIn(pure()))
                        .should()
                        .callCodeUnitWhere(ForbiddenCalls.anyClockOrUnseededRandom())
                        .because("same input, same output: time and random numbers are parameters"));
        add(
                "pure-packages-have-no-threads-or-io",
                noClasses()
                        .that(resideIn(pure()))
                        .should()
                        .dependOnClassesThat(ForbiddenCalls.threadOrInputOutput())
                        .because("pure logic is called, it does not act"));
        add(
                "pure-packages-have-no-transport",
                noClasses()
                        .that(resideIn(pure()))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "io.grpc..", "io.netty..", "io.micrometer..", "org.apache.ratis..", "org.mapdb..")
                        .because("pure logic is called, it does not act"));
        add(
                "wall-clock-only-in-wiring",
                noClasses()
                        .that(resideOutside(MAY_READ_WALL_CLOCK))
                        .should()
                        .callCodeUnitWhere(ForbiddenCalls.wallClockOrUnseededRandom())
                        .because("clock and random source are handed in, so that tests own them"));
    }

    private void addHouseStyle() {
        add(
                "standard-streams-only-in-commands",
                noClasses()
                        .that(resideOutside(List.of("cli..", "..main..", "testing.cli..")))
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .because("libraries and servers log"));
        add(
                "names-say-what-a-class-does",
                classes()
                        .that()
                        .resideOutsideOfPackage(absolute("rpc"))
                        .should()
                        .haveSimpleNameNotEndingWith("Util")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Utils")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Helper")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Impl"));
    }

    private void forbid(String name, String from, String... to) {
        add(
                name,
                noClasses()
                        .that()
                        .resideInAPackage(absolute(from))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(absolute(List.of(to))));
    }

    private void fence(String name, List<String> library, List<String> allowed, String reason) {
        add(
                name,
                noClasses()
                        .that(resideOutside(allowed))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(library.toArray(String[]::new))
                        .because(reason));
    }

    private void add(String name, ArchRule rule) {
        if (rules.put(name, rule.as(name + ": " + rule.getDescription()).allowEmptyShould(true)) != null) {
            throw new IllegalStateException("two rules are called " + name);
        }
    }

    private DescribedPredicate<JavaClass> resideIn(List<String> packages) {
        return describe("reside in " + packages, JavaClass.Predicates.resideInAnyPackage(absolute(packages)));
    }

    private DescribedPredicate<JavaClass> resideOutside(List<String> packages) {
        return describe(
                "reside outside of " + packages,
                DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(absolute(packages))));
    }

    /** In the test kit a command may stand beside what it commands, if its name says what it is. */
    private DescribedPredicate<JavaClass> areNoCommands() {
        DescribedPredicate<JavaClass> commandOfTheTestKit = describe(
                "called ...Command in the test kit",
                type -> resideIn(List.of("testing..")).test(type)
                        && outermost(type).endsWith("Command"));
        return describe(
                "are no commands",
                DescribedPredicate.and(resideOutside(COMMAND_PACKAGES), DescribedPredicate.not(commandOfTheTestKit)));
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureRules::outermost).orElse(type.getSimpleName());
    }

    private static List<String> pure() {
        return PURE_PACKAGES.stream().map(name -> name + "..").toList();
    }

    private String[] absolute(List<String> packages) {
        return packages.stream().map(this::absolute).toArray(String[]::new);
    }

    /** A package below the root; one that starts with ".." is meant anywhere below it. */
    private String absolute(String relative) {
        return relative.startsWith("..") ? root + relative : root + "." + relative;
    }

    /** Names of the packages that rules call pure, for the test that plants a violation in each. */
    static Stream<String> purePackages() {
        return PURE_PACKAGES.stream();
    }
}
