package io.ringkv.testing.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringkv.raft.RaftMeta;
import io.ringkv.raft.RaftMetaFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How bare Ratis 3.3.0 treats a directory that exists before its group is added: the facts that {@link RaftMetaFile}
 * relies on and warns of. One server, no leader.
 */
class GroupAddIT {
    private static final boolean FORMAT = true;
    private static final boolean RECOVER = false;

    @TempDir
    private Path directory;

    private RatisCluster cluster;
    private RatisServer server;
    private RaftMetaFile file;

    @BeforeEach
    void startOneServerWithoutTheGroup() throws Exception {
        cluster = RatisCluster.of(1, directory).start();
        server = cluster.server(1);
        file = RaftMetaFile.of(server.storageDirectory(), cluster.groupId());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void recoveryKeepsTheTermFloorAndWaitsForALeader() throws Exception {
        file.raiseTerm(7, server.id());

        server.addGroup(RECOVER, List.of());

        assertWaitsInTerm(7);
        assertThat(file.read()).hasValue(new RaftMeta(7, server.id()));
    }

    @Test
    void restartKeepsTheTermFloor() throws Exception {
        file.raiseTerm(7, server.id());
        server.addGroup(RECOVER, List.of());

        server.stop();
        server.start();

        assertWaitsInTerm(7);
    }

    @Test
    void formattingRefusesAPreparedDirectoryAndLeavesItAlone() throws Exception {
        file.raiseTerm(7, server.id());

        assertThatIOException().isThrownBy(() -> server.addGroup(FORMAT, List.of()));

        assertThat(file.read()).hasValue(new RaftMeta(7, server.id()));
        server.addGroup(RECOVER, List.of());
        assertWaitsInTerm(7);
    }

    @Test
    void recoverySilentlyFormatsWhenThereIsNoDirectory() throws Exception {
        server.addGroup(RECOVER, List.of());

        assertWaitsInTerm(0);
    }

    @Test
    void recoverySilentlyFormatsWhenTheTermFloorWasNeverFinished() throws Exception {
        Files.createDirectories(file.path().getParent());
        Files.writeString(file.path().resolveSibling("raft-meta.tmp"), "term=7\nvotedFor=" + server.id() + "\n");

        server.addGroup(RECOVER, List.of());

        assertWaitsInTerm(0);
    }

    @Test
    void recoveryRefusesALogWithoutItsTermAndVote() throws Exception {
        Files.createDirectories(file.path().getParent());
        Files.createFile(file.path().resolveSibling("log_inprogress_0"));

        assertThatIOException().isThrownBy(() -> server.addGroup(RECOVER, List.of()));

        assertThat(file.read()).isEmpty();
    }

    @Test
    void termFloorIsRefusedWhileTheGroupIsOpenAndTakenAfterItsRemoval() throws Exception {
        server.addGroup(FORMAT, List.of());
        assertThatIOException().isThrownBy(() -> file.raiseTerm(7, server.id()));

        server.removeGroup();
        assertThat(file.read()).isEmpty();
        file.raiseTerm(7, server.id());

        server.addGroup(RECOVER, List.of());
        assertWaitsInTerm(7);
    }

    private void assertWaitsInTerm(long term) {
        assertThat(server.term()).isEqualTo(term);
        assertThat(server.lifeCycleState()).isEqualTo(LifeCycle.State.STARTING);
        assertThat(server.voters().current()).isEmpty();
        assertThat(server.nextIndex()).isZero();
        assertThat(server.leads()).isFalse();
    }
}
