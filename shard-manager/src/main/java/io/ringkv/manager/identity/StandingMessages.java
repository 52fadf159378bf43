package io.ringkv.manager.identity;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.StoredStanding;

/** How a manager belongs to a cluster it did not found, in messages. */
final class StandingMessages {

    private StandingMessages() {}

    static StoredStanding toMessage(Standing standing) {
        StoredStanding.Builder message = StoredStanding.newBuilder()
                .setClusterId(IdMessages.toBytes(standing.cluster()))
                .setManager(ShardMapMessages.toMessage(standing.record()))
                .setPreparedBy(standing.preparedBy());
        if (standing.group() != null) {
            message.setGroupId(IdMessages.toBytes(standing.group()));
        }
        return message.build();
    }

    static Standing fromMessage(StoredStanding message) {
        return new Standing(
                IdMessages.clusterId(message.getClusterId()),
                message.getGroupId().isEmpty() ? null : IdMessages.groupId(message.getGroupId()),
                ShardMapMessages.fromMessage(message.getManager()),
                message.getPreparedBy());
    }
}
