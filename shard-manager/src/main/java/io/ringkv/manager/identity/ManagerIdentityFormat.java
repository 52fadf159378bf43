package io.ringkv.manager.identity;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.log.StateMessages;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.IdentityFormat;
import io.ringkv.process.IdentityLines;
import io.ringkv.rpc.StoredFounding;
import io.ringkv.rpc.StoredStanding;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A manager's identity in its data directory, which holds besides:
 *
 * <pre>
 * raft/       log and snapshots of its group
 * quarantine/ logs of groups it is no member of any more, each under the id it had there
 * addresses   where processes of the cluster answered last
 * running     there while the process runs, and after it did not stop in good order
 * </pre>
 */
public final class ManagerIdentityFormat implements IdentityFormat<ManagerIdentity> {

    @Override
    public String kind() {
        return "manager";
    }

    @Override
    public IdentityLines write(ManagerIdentity identity) {
        IdentityLines lines = IdentityLines.NONE.with("manager", identity.id().toString());
        Founding founding = identity.founding();
        if (founding != null) {
            byte[] message = StateMessages.toMessage(founding).toByteArray();
            lines = lines.with("cluster", founding.cluster().toString())
                    .with("group", founding.managerGroup().toString())
                    .with("founding", Base64.getEncoder().encodeToString(message));
        }
        Standing standing = identity.standing();
        if (standing != null) {
            byte[] message = StandingMessages.toMessage(standing).toByteArray();
            lines = lines.with("cluster", standing.cluster().toString())
                    .with("label", standing.record().label())
                    .with("standing", Base64.getEncoder().encodeToString(message));
        }
        lines = lines.with("member", Boolean.toString(identity.isMember()));
        return identity.isGone() ? lines.with("gone", "true") : lines;
    }

    @Override
    public ManagerIdentity read(IdentityLines lines) {
        return new ManagerIdentity(
                ManagerId.parse(lines.required("manager")),
                founding(lines.find("founding")),
                standing(lines.find("standing")),
                Boolean.parseBoolean(lines.required("member")),
                Boolean.parseBoolean(lines.find("gone")));
    }

    private static @Nullable Founding founding(@Nullable String encoded) {
        if (encoded == null) {
            return null;
        }
        try {
            return StateMessages.fromMessage(
                    StoredFounding.parseFrom(Base64.getDecoder().decode(encoded)));
        } catch (InvalidProtocolBufferException | RingKvException e) {
            throw new IllegalArgumentException("the founding cannot be read", e);
        }
    }

    private static @Nullable Standing standing(@Nullable String encoded) {
        if (encoded == null) {
            return null;
        }
        try {
            return StandingMessages.fromMessage(
                    StoredStanding.parseFrom(Base64.getDecoder().decode(encoded)));
        } catch (InvalidProtocolBufferException | RingKvException e) {
            throw new IllegalArgumentException("the standing cannot be read", e);
        }
    }
}
