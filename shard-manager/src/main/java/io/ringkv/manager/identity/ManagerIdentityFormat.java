package io.ringkv.manager.identity;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.log.StateMessages;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.IdentityFormat;
import io.ringkv.process.IdentityLines;
import io.ringkv.rpc.StoredFounding;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A manager's identity in its data directory, which holds besides:
 *
 * <pre>
 * raft/       log and snapshots of its group
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
        return lines.with("member", Boolean.toString(identity.isMember()));
    }

    @Override
    public ManagerIdentity read(IdentityLines lines) {
        return new ManagerIdentity(
                ManagerId.parse(lines.required("manager")),
                founding(lines.find("founding")),
                Boolean.parseBoolean(lines.required("member")));
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
}
