package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationStatus;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Five servers, one shard on servers 2, 3 and 4, of which some are lost for good. */
final class RecoverShardTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final ServerId SURVIVOR = Clusters.server(3);
    private static final GroupId NEXT = new GroupId(new UUID(8, 8));

    private final Clusters.Log log = new Clusters.Log().placed(Clusters.founding(5, 1, 3));
    private final ManagedShard before = shard();

    @Test
    void goesOnWithOneVoterInANewIncarnationAboveAllEpochsHandedOut() {
        Applied applied = recover(SURVIVOR, before.record().group(), NEXT);

        assertThat(applied.refusal()).isNull();
        assertThat(shard().record().voters()).containsExactly(SURVIVOR);
        assertThat(shard().record().incarnation()).isEqualTo(2);
        assertThat(shard().record().group()).isEqualTo(NEXT);
        assertThat(shard().record().range()).isEqualTo(before.record().range());
        assertThat(shard().record().replicaEpoch()).isEqualTo(before.reservedEpoch() + 1);
        assertThat(shard().formerGroup()).isEqualTo(before.record().group());
        assertThat(shard().lineage()).isEqualTo(before.lineage());
        assertThat(applied.events()).allMatch(recorded -> recorded.event().isPublished());
    }

    /** Feared: former replicas that return find a majority of their like, and serve what is over. */
    @Test
    void hasTheFormerReplicasDeletedWhateverTheyKnow() {
        recover(SURVIVOR, before.record().group(), NEXT);

        List<Cleaning> cleanings = log.state().operations().cleanings();
        assertThat(cleanings).extracting(Cleaning::server).containsExactly(Clusters.server(2), Clusters.server(4));
        assertThat(cleanings).allSatisfy(cleaning -> {
            assertThat(cleaning.group()).isEqualTo(before.record().group());
            assertThat(cleaning.epoch()).isGreaterThan(before.reservedEpoch());
            assertThat(cleaning.configuration().voters()).containsExactly(SURVIVOR);
            assertThat(cleaning.configuration().isAfter(Clusters.configuration(1_000_000, 2, 3, 4)))
                    .isTrue();
        });
    }

    @Test
    void endsWhatWasUnderWay() {
        log.apply(Clusters.start(OperationKind.REPLACE_REPLICA, 1, 2, 5));
        Operation underWay = Objects.requireNonNull(log.state().operations().of(SHARD));

        recover(SURVIVOR, before.record().group(), NEXT);

        assertThat(log.state().operations().of(SHARD)).isNull();
        assertThat(log.state().operations().find(underWay.number()))
                .extracting(Operation::status)
                .isEqualTo(OperationStatus.CANCELLED);
        assertThat(shard().record().replicaEpoch()).isGreaterThan(underWay.epoch());
    }

    @Test
    void canBeRecoveredAgainFromAnotherSurvivorWhenThatCameToNothing() {
        recover(SURVIVOR, before.record().group(), NEXT);
        GroupId third = new GroupId(new UUID(9, 9));

        Applied again = recover(Clusters.server(4), before.record().group(), third);

        assertThat(again.refusal()).isNull();
        assertThat(shard().record().voters()).containsExactly(Clusters.server(4));
        assertThat(shard().record().incarnation()).isEqualTo(3);
        assertThat(shard().formerGroup()).isEqualTo(before.record().group());
        assertThat(log.state().operations().cleaning(SHARD, Clusters.server(4)))
                .as("what it goes on from is not to be deleted")
                .isNull();
        assertThat(log.state().operations().cleaning(SHARD, SURVIVOR)).isNotNull();
    }

    @Test
    void refusesWhatItCannotGoOnFrom() {
        GroupId other = new GroupId(new UUID(7, 7));

        assertRefused(recover(Clusters.server(5), before.record().group(), NEXT), ErrorCode.CONDITION_FAILED);
        assertRefused(recover(SURVIVOR, other, NEXT), ErrorCode.CONDITION_FAILED);
        assertRefused(recover(Clusters.server(9), before.record().group(), NEXT), ErrorCode.SERVER_NOT_FOUND);
        assertRefused(recover(SURVIVOR, before.record().group(), before.record().group()), ErrorCode.INVALID_ARGUMENT);
        assertRefused(
                log.apply(new RecoverShard(new ShardId(7), SURVIVOR, other, NEXT, "")), ErrorCode.SHARD_NOT_FOUND);
        assertThat(shard()).isEqualTo(before);
    }

    private static void assertRefused(Applied applied, ErrorCode code) {
        assertThat(applied.refusal()).extracting(Refusal::code).isEqualTo(code);
    }

    private Applied recover(ServerId survivor, GroupId former, GroupId group) {
        return log.apply(new RecoverShard(SHARD, survivor, former, group, "entries after 7"));
    }

    private ManagedShard shard() {
        return Objects.requireNonNull(log.state().shards().get(SHARD));
    }
}
