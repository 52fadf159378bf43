package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DamagedRaftMetaException;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the disk of a server in agreement with its ledger, before any group is opened: what {@link RestartRules} say is done
 * here. Each step may be interrupted and is done again at the next start.
 */
final class ReplicaRestart {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaRestart.class);

    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final ServerId self;

    ReplicaRestart(ReplicaPaths paths, ReplicaLedger ledger, ServerId self) {
        this.paths = paths;
        this.ledger = ledger;
        this.self = self;
    }

    /**
     * Does all that must be done before groups are opened.
     *
     * @return members to be opened
     */
    List<LedgerEntry> run(String bootId) throws IOException {
        boolean disorder = ledger.present().hostStoppedInDisorder(bootId);
        if (disorder) {
            LOG.warn(
                    "event=host-stopped-in-disorder boot={} before={}",
                    bootId,
                    ledger.present().bootId());
        }
        List<LedgerEntry> members = new ArrayList<>();
        for (LedgerEntry entry : List.copyOf(ledger.present().entries().values())) {
            if (settle(entry, disorder)) {
                members.add(entry);
            }
        }
        TreeSet<GroupId> unknown = new TreeSet<>(paths.groupsOnDisk());
        unknown.removeAll(ledger.present().entries().keySet());
        for (GroupId group : unknown) {
            LOG.warn("event=orphan-set-aside group={}", group);
            paths.setAside(group);
        }
        // Only now: if the server stops before this point, the terms are raised once more, which does no harm.
        ledger.change(present -> present.running(bootId));
        return members;
    }

    private boolean settle(LedgerEntry entry, boolean disorder) throws IOException {
        GroupDirectory directory = GroupDirectory.of(paths.raft(), entry.group());
        RestartRules.Found found = look(directory);
        switch (RestartRules.decide(entry.state(), found, disorder)) {
            case NOTHING -> {}
            case DISCARD -> {
                LOG.info(
                        "event=leftovers-discarded shard={} group={} state={}",
                        entry.shard(),
                        entry.group(),
                        entry.state());
                DurableFiles.deleteTree(directory.path());
                DurableFiles.deleteTree(paths.store(entry.group()));
            }
            case SET_ASIDE -> {
                LOG.warn("event=orphan-set-aside shard={} group={}", entry.shard(), entry.group());
                paths.setAside(entry.group());
            }
            case LOSE -> lose(entry, RestartRules.reason(found));
            case OPEN -> {
                return true;
            }
            case RAISE_TERM_AND_OPEN -> {
                directory.raiseTermAfterHostStop(self.value());
                return true;
            }
        }
        return false;
    }

    /** A file that is damaged is as good as none: this replica has forgotten, the others of the server have not. */
    static RestartRules.Found look(GroupDirectory directory) throws IOException {
        if (!directory.exists()) {
            return RestartRules.Found.NOTHING;
        }
        try {
            return directory.holdsTermAndVote() ? RestartRules.Found.COMPLETE : RestartRules.Found.NO_TERM_AND_VOTE;
        } catch (DamagedRaftMetaException e) {
            LOG.error("event=term-and-vote-damaged reason=\"{}\"", e.getMessage());
            return RestartRules.Found.NO_TERM_AND_VOTE;
        }
    }

    /** Declares a replica lost: first in the ledger, then on disk. */
    void lose(LedgerEntry entry, String reason) throws IOException {
        LOG.error("event=replica-lost shard={} group={} reason=\"{}\"", entry.shard(), entry.group(), reason);
        ledger.change(present -> {
            LedgerEntry now = present.entries().getOrDefault(entry.group(), entry);
            return present.with(now.withState(LedgerEntry.State.LOST, reason));
        });
        paths.setAside(entry.group());
    }
}
