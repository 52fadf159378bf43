package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.LinkFaults.Traffic;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.Test;

/** Plays Ratis: calls the injection points as its servers do. Each test has ids of its own, as each cluster has. */
class LinkFaultsTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final int test = TESTS.incrementAndGet();
    private final RaftPeerId a = RaftPeerId.valueOf("link-faults-a" + test);
    private final RaftPeerId b = RaftPeerId.valueOf("link-faults-b" + test);
    private final RaftPeerId c = RaftPeerId.valueOf("link-faults-c" + test);

    @Test
    void cutRefusesOneDirectionOfOneLinkUntilItIsClosed() {
        try (LinkFaults faults = LinkFaults.open()) {
            Fault cut = faults.cut(a, b);
            assertRefused(a, b, Traffic.values());
            assertPasses(b, a, Traffic.values());
            assertPasses(a, c, Traffic.values());
            assertThat(faults.refusals()).isEqualTo(Traffic.values().length);

            cut.close();
            cut.close();
            assertPasses(a, b, Traffic.values());
            assertThat(faults.refusals()).isEqualTo(Traffic.values().length);
        }
    }

    @Test
    void cutOfSomeTrafficLetsTheRestPass() {
        try (LinkFaults faults = LinkFaults.open()) {
            faults.cut(a, b, Traffic.ENTRIES, Traffic.VOTES);
            assertRefused(a, b, Traffic.ENTRIES, Traffic.VOTES);
            assertPasses(a, b, Traffic.HEARTBEATS, Traffic.SNAPSHOTS, Traffic.ELECTION_ORDERS, Traffic.READ_INDEXES);
        }
    }

    @Test
    void partitionRefusesBothDirectionsBetweenTheSidesOnly() {
        try (LinkFaults faults = LinkFaults.open()) {
            faults.partition(Set.of(a, b), Set.of(c));
            assertRefused(a, c, Traffic.values());
            assertRefused(c, b, Traffic.values());
            assertPasses(a, b, Traffic.values());
            assertPasses(b, a, Traffic.values());
        }
    }

    @Test
    void closingOneOfTwoEqualFaultsLeavesTheOther() {
        try (LinkFaults faults = LinkFaults.open()) {
            Fault first = faults.cut(a, b);
            faults.cut(a, b);
            first.close();
            assertRefused(a, b, Traffic.values());

            faults.heal();
            assertPasses(a, b, Traffic.values());
        }
    }

    @Test
    void instancesDoNotDisturbEachOther() {
        LinkFaults first = LinkFaults.open();
        try (LinkFaults second = LinkFaults.open()) {
            first.cut(a, b);
            second.cut(b, c);
            first.close();
            first.close();
            assertPasses(a, b, Traffic.values());
            assertRefused(b, c, Traffic.values());
            assertThatIllegalStateException().isThrownBy(() -> first.cut(a, b));
        }
        assertPasses(b, c, Traffic.values());
    }

    @Test
    void nobodyElseUsesTheInjectionPoints() {
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName(InjectionPoints.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(LinkFaultsTest.class.getName())
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(CodeInjectionForTesting.class)
                .because("an injection point holds one piece of code for the whole JVM; LinkFaults shares it")
                .check(new ClassFileImporter().importPackages("io.ringkv"));
    }

    private static void assertRefused(RaftPeerId from, RaftPeerId to, Traffic... kinds) {
        for (Traffic traffic : kinds) {
            assertThatExceptionOfType(LinkCutException.class)
                    .as("%s from %s to %s", traffic, from, to)
                    .isThrownBy(() -> send(from, to, traffic))
                    .withMessageContaining(traffic.name());
        }
    }

    private static void assertPasses(RaftPeerId from, RaftPeerId to, Traffic... kinds) {
        for (Traffic traffic : kinds) {
            assertThatCode(() -> send(from, to, traffic))
                    .as("%s from %s to %s", traffic, from, to)
                    .doesNotThrowAnyException();
        }
    }

    private static void send(RaftPeerId from, RaftPeerId to, Traffic traffic) {
        RaftRpcRequestProto header = RaftRpcRequestProto.newBuilder()
                .setRequestorId(from.toByteString())
                .setReplyId(to.toByteString())
                .build();
        switch (traffic) {
            case HEARTBEATS -> append(from, to, AppendEntriesRequestProto.getDefaultInstance());
            case ENTRIES ->
                append(
                        from,
                        to,
                        AppendEntriesRequestProto.newBuilder()
                                .addEntries(LogEntryProto.getDefaultInstance())
                                .build());
            case VOTES -> {
                CodeInjectionForTesting.execute("RaftServerImpl.requestVote", to, from, 1L, "last entry");
                // At the sender only read-index requests are looked at.
                CodeInjectionForTesting.execute(
                        "GrpcServicesImpl.sendRequest",
                        from,
                        null,
                        RequestVoteRequestProto.newBuilder()
                                .setServerRequest(header)
                                .build());
            }
            case SNAPSHOTS -> CodeInjectionForTesting.execute("RaftServerImpl.installSnapshot", to, from, "chunk");
            case ELECTION_ORDERS ->
                CodeInjectionForTesting.execute("RaftServerImpl.startLeaderElection", to, from, "order");
            case READ_INDEXES ->
                CodeInjectionForTesting.execute(
                        "GrpcServicesImpl.sendRequest",
                        from,
                        null,
                        ReadIndexRequestProto.newBuilder()
                                .setServerRequest(header)
                                .build());
        }
    }

    private static void append(RaftPeerId from, RaftPeerId to, AppendEntriesRequestProto request) {
        CodeInjectionForTesting.execute("RaftServerImpl.appendEntries", to, from, "previous", request);
    }
}
