package io.ringkv.manager.log;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.RecoverShard;
import io.ringkv.manager.state.ShardRecovered;
import io.ringkv.rpc.RecoverShardCommand;
import io.ringkv.rpc.ShardRecoveredEvent;

/** The recovery of shards in messages. */
final class RecoveryMessages {

    private RecoveryMessages() {}

    static RecoverShardCommand toMessage(RecoverShard command) {
        return RecoverShardCommand.newBuilder()
                .setShard(command.shard().value())
                .setSurvivorId(command.survivor().value())
                .setFormerGroupId(IdMessages.toBytes(command.former()))
                .setGroupId(IdMessages.toBytes(command.group()))
                .setLoss(command.loss())
                .build();
    }

    static RecoverShard fromMessage(RecoverShardCommand message) {
        return new RecoverShard(
                IdMessages.shardId(message.getShard()),
                IdMessages.serverId(message.getSurvivorId()),
                IdMessages.groupId(message.getFormerGroupId()),
                IdMessages.groupId(message.getGroupId()),
                message.getLoss());
    }

    static ShardRecoveredEvent toMessage(ShardRecovered event) {
        ShardRecoveredEvent.Builder message = ShardRecoveredEvent.newBuilder()
                .setShard(StateMessages.toMessage(event.shard()))
                .setLoss(event.loss());
        event.cleanings().forEach(cleaning -> message.addCleanings(OperationMessages.toMessage(cleaning)));
        return message.build();
    }

    static ShardRecovered fromMessage(ShardRecoveredEvent message) {
        return new ShardRecovered(
                StateMessages.fromMessage(message.getShard()),
                message.getCleaningsList().stream()
                        .map(OperationMessages::fromMessage)
                        .toList(),
                message.getLoss());
    }
}
