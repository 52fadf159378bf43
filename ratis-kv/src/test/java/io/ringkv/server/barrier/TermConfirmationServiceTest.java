package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TermConfirmationServiceTest {
    private final LedReplica replica = new LedReplica(1);
    private final List<ShardReplica> replicas = new ArrayList<>(List.of(replica));
    private final List<ServerId> probing = new ArrayList<>();
    private final TermConfirmationService service = new TermConfirmationService(
            () -> IdMessages.toBytes(BarrierFixture.CLUSTER),
            server(2),
            group -> replicas.stream()
                    .filter(found -> found.group().equals(group))
                    .findAny()
                    .orElse(null),
            probing::add);

    private static ConfirmTermsRequest.Builder questionAbout(long... shards) {
        ConfirmTermsRequest.Builder request = ConfirmTermsRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(BarrierFixture.CLUSTER))
                .setIntendedServerId(2)
                .setRound(77);
        for (long shard : shards) {
            request.addGroups(GroupTerm.newBuilder()
                    .setGroupIdHigh(1)
                    .setGroupIdLow(shard)
                    .setTerm(5));
        }
        return request;
    }

    private ConfirmTermsReply ask(ConfirmTermsRequest.Builder request) {
        List<ConfirmTermsReply> replies = new ArrayList<>();
        boolean[] completed = new boolean[1];
        service.confirmTerms(request.build(), new StreamObserver<>() {
            @Override
            public void onNext(ConfirmTermsReply reply) {
                replies.add(reply);
            }

            @Override
            public void onError(Throwable cause) {
                throw new AssertionError(cause);
            }

            @Override
            public void onCompleted() {
                completed[0] = true;
            }
        });
        assertThat(completed[0]).isTrue();
        assertThat(replies).hasSize(1);
        return replies.get(0);
    }

    @Test
    void tellsWhoOnlyAsksWhetherItIsThere() {
        ConfirmTermsReply unused = ask(questionAbout().setAskingServerId(9));
        ConfirmTermsReply unusedBarrier = ask(questionAbout(1).setAskingServerId(8));
        ConfirmTermsReply unusedMistake =
                ask(questionAbout().setAskingServerId(7).setIntendedServerId(3));

        assertThat(probing).containsExactly(server(9));
    }

    @Test
    void answersWithItsOwnIdAndTheRoundAsked() {
        ConfirmTermsReply reply = ask(questionAbout());
        assertThat(reply.getServerId()).isEqualTo(2);
        assertThat(reply.getRound()).isEqualTo(77);
        assertThat(reply.getTermsList()).isEmpty();
    }

    @Test
    void answersOneTermPerGroupInTheOrderAsked() {
        replica.term = 8;
        assertThat(ask(questionAbout(3, 1, 1)).getTermsList()).containsExactly(0L, 8L, 8L);
    }

    @Test
    void hasNoTermWhileItsDivisionDoesNotRun() {
        replica.running = false;
        assertThat(ask(questionAbout(1)).getTermsList()).containsExactly(0L);
    }

    @Test
    void looksTheReplicaUpForEachQuestion() {
        assertThat(ask(questionAbout(1)).getTermsList()).containsExactly(5L);
        replicas.clear();
        assertThat(ask(questionAbout(1)).getTermsList()).containsExactly(0L);
        LedReplica reopened = new LedReplica(1);
        reopened.term = 6;
        replicas.add(reopened);
        assertThat(ask(questionAbout(1)).getTermsList()).containsExactly(6L);
    }

    @Test
    void confirmsNothingToWhoMeantAnotherServerOrCluster() {
        assertThat(ask(questionAbout(1).setIntendedServerId(3)).getTermsList()).containsExactly(0L);
        ClusterId foreign = new ClusterId(new UUID(9, 9));
        assertThat(ask(questionAbout(1).setClusterId(IdMessages.toBytes(foreign)))
                        .getTermsList())
                .containsExactly(0L);
    }
}
