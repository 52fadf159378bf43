package io.ringkv.server.identity;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.process.IdentityFormat;
import io.ringkv.process.IdentityLines;
import io.ringkv.process.ProcessAddresses;

/**
 * A server's identity in its data directory, which holds besides:
 *
 * <pre>
 * ledger      which replicas it has, had and must not have again
 * shard-map   the newest shard map it heard of
 * raft/       logs and snapshots, one directory per replica
 * store/      materialised states, one directory per replica
 * removed/    replicas that Raft was told to put aside
 * quarantine/ replicas whose files were not trusted
 * </pre>
 */
public final class ServerIdentityFormat implements IdentityFormat<ServerIdentity> {

    @Override
    public String kind() {
        return "server";
    }

    @Override
    public IdentityLines write(ServerIdentity identity) {
        IdentityLines lines = IdentityLines.NONE.with("server", identity.id().toString());
        ClusterId cluster = identity.cluster();
        ProcessAddresses addresses = identity.addresses();
        if (cluster == null || addresses == null) {
            return lines;
        }
        return lines.with("cluster", cluster.toString())
                .with("label", identity.label())
                .with("client", addresses.client())
                .with("peer", addresses.peer())
                .with("raft", addresses.raft());
    }

    @Override
    public ServerIdentity read(IdentityLines lines) {
        ServerIdentity fresh = ServerIdentity.fresh(ServerId.parse(lines.required("server")));
        if (lines.find("cluster") == null) {
            return fresh;
        }
        return fresh.joined(
                ClusterId.parse(lines.required("cluster")),
                lines.required("label"),
                new ProcessAddresses(lines.required("client"), lines.required("peer"), lines.required("raft")));
    }
}
