package io.ringkv.raft;

import io.ringkv.common.id.GroupId;
import java.util.Collection;
import java.util.List;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/** Our identities as Ratis writes them: a member is the 16 hexadecimal digits of its id, a group its UUID. */
final class RaftIds {
    private RaftIds() {}

    static RaftPeerId peer(long member) {
        return RaftPeerId.valueOf(text(member));
    }

    static String text(long member) {
        return String.format("%016x", member);
    }

    static long member(RaftPeerId peer) {
        return Long.parseUnsignedLong(peer.toString(), 16);
    }

    static long memberOrZero(@Nullable RaftPeerId peer) {
        return peer == null ? 0 : member(peer);
    }

    static RaftGroupId group(GroupId group) {
        return RaftGroupId.valueOf(group.value());
    }

    /** All with the same priority: with different ones, leaders yield to whoever has the highest after every restart. */
    static List<RaftPeer> peers(Collection<RaftMember> members) {
        return members.stream()
                .map(member -> RaftPeer.newBuilder()
                        .setId(peer(member.id()))
                        .setAddress(member.address())
                        .build())
                .toList();
    }
}
