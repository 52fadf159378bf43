package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the replicas of a server lie in its data directory.
 *
 * @param data the data directory
 */
record ReplicaPaths(Path data) {
    private static final Pattern GROUP = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** What this server is to which groups. */
    Path ledger() {
        return data.resolve("ledger");
    }

    /** Logs and snapshots, one directory per group; Ratis' own. */
    Path raft() {
        return data.resolve("raft");
    }

    /** Stores, one directory per group: disposable, and outside of what Ratis renames and deletes. */
    Path stores() {
        return data.resolve("store");
    }

    /** The store of one group. */
    Path store(GroupId group) {
        return stores().resolve(group.toString());
    }

    /** What was set aside, for people to look at. */
    Path quarantine() {
        return data.resolve("quarantine");
    }

    /** Where Ratis would put what it removes; it is never told to. */
    Path removed() {
        return data.resolve("removed");
    }

    void make() throws IOException {
        DurableFiles.createDirectories(raft());
        DurableFiles.createDirectories(stores());
        DurableFiles.createDirectories(quarantine());
    }

    /** Groups that have a directory, whatever it holds. */
    List<GroupId> groupsOnDisk() throws IOException {
        List<GroupId> groups = new ArrayList<>();
        if (!Files.isDirectory(raft())) {
            return groups;
        }
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(raft(), Files::isDirectory)) {
            for (Path directory : directories) {
                String name = String.valueOf(directory.getFileName());
                // Others are not a group's, like one that was being made when the server stopped.
                if (GROUP.matcher(name).matches()) {
                    groups.add(GroupId.parse(name));
                }
            }
        }
        return groups;
    }

    /** Moves a group's directory to the quarantine, durably, and deletes its store. */
    void setAside(GroupId group) throws IOException {
        Path target = quarantine().resolve(group.toString());
        for (int number = 2; Files.exists(target); number++) {
            target = quarantine().resolve(group + "." + number);
        }
        Path directory = raft().resolve(group.toString());
        if (Files.exists(directory)) {
            DurableFiles.move(directory, target);
        }
        DurableFiles.deleteTree(store(group));
    }
}
