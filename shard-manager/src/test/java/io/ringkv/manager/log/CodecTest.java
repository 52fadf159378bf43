package io.ringkv.manager.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.UndoGoal;
import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.state.AdvanceManagerChange;
import io.ringkv.manager.state.AdvanceOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CountMaintenance;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.DrainServer;
import io.ringkv.manager.state.EndMaintenance;
import io.ringkv.manager.state.ForgetStandby;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MaintainServer;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.PauseOperations;
import io.ringkv.manager.state.RegisterStandby;
import io.ringkv.manager.state.RemoveServer;
import io.ringkv.manager.state.SetReplicationFactor;
import io.ringkv.manager.state.StartManagerChange;
import io.ringkv.manager.state.UndoOperation;
import io.ringkv.rpc.ManagerEntry;
import io.ringkv.rpc.MarkServerCommand;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {

    private static final LoggedCommand MARK = new LoggedCommand(
            1, 1_234, Clusters.PROPOSER, 5, new MarkServer(Clusters.server(3), ServerState.ACTIVE, ServerState.DOWN));

    /** Entries in logs on disk must stay readable: this text may never change. */
    @Test
    void readsAnEntryOfTheFirstFormat() {
        byte[] golden =
                HexFormat.of().parseHex("0801100118d209210100000000000000" + "28056a0d0903000000000000001002" + "1804");

        assertThat(EntryCodec.decode(golden)).isEqualTo(MARK);
        assertThat(EntryCodec.encode(MARK)).isEqualTo(golden);
    }

    /** Made by the release before there were operations. */
    @Test
    void readsASnapshotOfTheFirstFormat() {
        byte[] golden = HexFormat.of().parseHex(GoldenSnapshots.WITHOUT_OPERATIONS);

        StateSnapshot snapshot = SnapshotCodec.decode(golden);

        assertThat(snapshot.state())
                .isEqualTo(new Clusters.Log().placed(Clusters.founding(1, 1, 1)).state());
        assertThat(SnapshotCodec.encode(snapshot)).isEqualTo(golden);
    }

    /** This text may never change either. */
    @Test
    void readsASnapshotWithOperations() {
        Clusters.Log log = new Clusters.Log().placed(Clusters.founding(4, 1, 3));
        log.apply(Clusters.move(1, 2, 1));
        log.apply(new AdvanceOperation(1, 0, null));
        log.apply(new AdvanceOperation(1, 1, null));
        log.apply(new UndoOperation(1, 2, UndoGoal.FAIL, "late", 9));
        log.apply(new AdvanceOperation(1, 4, null));
        log.apply(new AdvanceOperation(1, 5, Clusters.configuration(6, 2, 3, 4)));
        log.apply(new PauseOperations(true));
        byte[] golden = HexFormat.of().parseHex(GoldenSnapshots.WITH_OPERATIONS);

        assertThat(log.state().operations().cleanings()).hasSize(1);
        assertThat(SnapshotCodec.encode(new StateSnapshot(3, 20, log.state()))).isEqualTo(golden);
        assertThat(SnapshotCodec.decode(golden).state()).isEqualTo(log.state());
    }

    @Test
    void refusesAnEntryOfAnotherFormatLevelOrCommand() {
        ManagerEntry entry = entry();

        assertUnreadable(entry.toBuilder().setFormat(2), "format 2 (known: 1)");
        assertUnreadable(entry.toBuilder().setLevel(2), "level 2 (known: 1 to 1)");
        assertUnreadable(entry.toBuilder().clearMarkServer(), "no command");
    }

    @Test
    void refusesPartsItDoesNotKnowInsteadOfSkippingThem() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        MarkServerCommand younger =
                entry().getMarkServer().toBuilder().setToValue(42).build();

        assertUnreadable(entry().toBuilder().setUnknownFields(unknown), "does not know");
        assertUnreadable(
                entry().toBuilder()
                        .setMarkServer(entry().getMarkServer().toBuilder().setUnknownFields(unknown)),
                "does not know");
        assertUnreadable(entry().toBuilder().setMarkServer(younger), "does not know");
    }

    @Test
    void refusesAnEntryThatIsNotValid() {
        assertUnreadable(entry().toBuilder().setDecidedInTerm(0), "not valid");
        assertUnreadable(entry().toBuilder().setProposer(0), "not valid");
        assertThatThrownBy(() -> EntryCodec.decode(new byte[] {1, 2, 3})).isInstanceOf(UnreadableLogException.class);
    }

    @Test
    void findsEveryFlippedBitAndEveryTruncationOfASnapshot() {
        Clusters.Log log = new Clusters.Log().placed(Clusters.founding(3, 4, 3));
        byte[] bytes = SnapshotCodec.encode(new StateSnapshot(3, 20, log.state()));

        assertThat(SnapshotCodec.decode(bytes).state()).isEqualTo(log.state());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            int flipped = bit;
            assertThatThrownBy(() -> SnapshotCodec.decode(damaged))
                    .as("bit %d", flipped)
                    .isInstanceOf(UnreadableLogException.class);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SnapshotCodec.decode(cut))
                    .as("cut to %d", length)
                    .isInstanceOf(UnreadableLogException.class);
        }
    }

    @Test
    void keepsAStateWithoutCluster() {
        StateSnapshot empty = new StateSnapshot(1, 0, ClusterState.EMPTY);

        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(empty))).isEqualTo(empty);
    }

    @Test
    void keepsAFounding() {
        CreateCluster create = new CreateCluster(Clusters.founding(3, 6, 3));
        LoggedCommand logged = new LoggedCommand(1, 0, Clusters.PROPOSER, 0, create);

        assertThat(EntryCodec.decode(EntryCodec.encode(logged))).isEqualTo(logged);
        assertThat(StateMessages.fromMessage(StateMessages.toMessage(create.founding())))
                .isEqualTo(create.founding());
    }

    @ParameterizedTest
    @MethodSource("lifeOfAServer")
    void keepsEveryCommandOfTheLifeOfAServer(ClusterCommand command) {
        long term = command.isLeadersDecision() ? 4 : 0;
        LoggedCommand logged = new LoggedCommand(1, 7, Clusters.PROPOSER, term, 41, command);

        assertThat(EntryCodec.decode(EntryCodec.encode(logged))).isEqualTo(logged);
    }

    static List<ClusterCommand> lifeOfAServer() {
        return List.of(
                new DrainServer(Clusters.server(1), true),
                new DrainServer(Clusters.server(1), false),
                new MaintainServer(Clusters.server(2), 60_000),
                new MaintainServer(Clusters.server(2), 0),
                new EndMaintenance(Clusters.server(2), 9),
                new CountMaintenance(Clusters.server(2), 9, 1_000),
                new RemoveServer(Clusters.server(3), true),
                new RemoveServer(Clusters.server(3), false),
                new SetReplicationFactor(5),
                new RegisterStandby(new ManagerId(4), "", Clusters.managerAddresses(4)),
                new ForgetStandby(new ManagerId(4)),
                new StartManagerChange(new ManagerId(4), true, false, "because"),
                new AdvanceManagerChange(3, ChangePhase.UNDOING, "late"));
    }

    @Test
    void keepsTheLifeOfServersInSnapshots() {
        Clusters.Log log = new Clusters.Log().placed(Clusters.founding(5, 4, 3));
        log.apply(new DrainServer(Clusters.server(1), true));
        log.apply(new MaintainServer(Clusters.server(2), 60_000));
        log.apply(new MarkServer(Clusters.server(4), ServerState.ACTIVE, ServerState.DOWN));
        log.apply(new RemoveServer(Clusters.server(4), true));
        log.apply(new SetReplicationFactor(1));
        log.apply(new MaintainServer(Clusters.server(2), 0));
        StateSnapshot snapshot = new StateSnapshot(3, 20, log.state());

        assertThat(log.state().replicationFactor()).isEqualTo(1);
        assertThat(log.registered(4).record().state()).isEqualTo(ServerState.REMOVED);
        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(snapshot))).isEqualTo(snapshot);
    }

    @Test
    void keepsManagersInSnapshots() {
        Clusters.Log log = new Clusters.Log().placed(Clusters.founding(3, 4, 3));
        log.apply(new RegisterStandby(new ManagerId(4), "", Clusters.managerAddresses(4)));
        log.apply(new RegisterStandby(new ManagerId(5), "x", Clusters.managerAddresses(5)));
        log.apply(new ForgetStandby(new ManagerId(5)));
        log.apply(new StartManagerChange(new ManagerId(4), true, true, "test"));
        log.apply(new AdvanceManagerChange(1, ChangePhase.DONE, ""));
        log.apply(new StartManagerChange(new ManagerId(1), false, false, "silent"));
        log.apply(new AdvanceManagerChange(2, ChangePhase.UNDOING, "late"));
        StateSnapshot snapshot = new StateSnapshot(3, 20, log.state());

        assertThat(log.state().managers().members()).hasSize(4);
        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(snapshot))).isEqualTo(snapshot);
    }

    private static ManagerEntry entry() {
        try {
            return ManagerEntry.parseFrom(EntryCodec.encode(MARK));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertUnreadable(ManagerEntry.Builder entry, String message) {
        ByteString bytes = entry.build().toByteString();
        assertThatThrownBy(() -> EntryCodec.decode(bytes.toByteArray()))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining(message);
    }
}
