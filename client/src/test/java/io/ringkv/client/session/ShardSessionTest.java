package io.ringkv.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.Limits;
import org.junit.jupiter.api.Test;

final class ShardSessionTest {

    private static final ShardId SHARD = new ShardId(1);

    private final Sessions<String> sessions = new Sessions<>(new ClientId(1, 2));
    private final ShardSession<String> session = sessions.of(SHARD, 1);

    @Test
    void everyShardKnowsTheClientByAnotherName() {
        ShardSession<String> other = sessions.of(new ShardId(2), 1);

        assertThat(other.client()).isNotEqualTo(session.client());
        assertThat(sessions.of(SHARD, 1)).isSameAs(session);
        assertThat(new Sessions<String>(new ClientId(1, 2)).of(SHARD, 1).client())
                .isEqualTo(session.client());
    }

    @Test
    void aNewIncarnationOfTheShardEndsTheGeneration() {
        session.learned(77, session.generation());
        int before = session.generation();

        sessions.of(SHARD, 2);

        assertThat(session.id()).isZero();
        assertThat(session.generation()).isGreaterThan(before);
    }

    @Test
    void newsOfAnEarlierGenerationAreIgnored() {
        int first = session.generation();
        session.learned(77, first);
        session.expired(first);
        int second = session.generation();
        session.learned(88, second);

        session.expired(first);
        session.learned(77, first);

        assertThat(session.id()).isEqualTo(88);
        assertThat(session.generation()).isEqualTo(second);
    }

    @Test
    void sequencesGoOnInTheNextGeneration() {
        session.window().take();
        session.expired(session.generation());

        assertThat(session.window().take()).isEqualTo(2);
    }

    @Test
    void isNotClosedWhileAnythingIsInDoubt() {
        assertThat(session.isClosable()).as("never opened").isFalse();
        session.openingSent();
        session.openingSent();
        session.learned(5, session.generation());
        long sequence = session.window().take();
        session.openingAnswered();

        assertThat(session.isClosable()).as("unanswered write").isFalse();
        session.window().release(sequence);
        assertThat(session.isClosable())
                .as("a copy that opens it may be under way")
                .isFalse();
        session.openingAnswered();
        assertThat(session.isClosable()).isTrue();
        session.leaveInDoubt();
        assertThat(session.isClosable()).as("unknown outcome").isFalse();
    }

    @Test
    void whatWaitsForASequenceGetsItInOrder() {
        for (int i = 0; i < Limits.SESSION_WINDOW; i++) {
            session.window().take();
        }
        session.waiting().add("first");
        session.waiting().add("second");

        assertThat(session.pollReady()).isNull();
        session.window().release(1);
        assertThat(session.pollReady()).isEqualTo("first");
        session.window().take();
        assertThat(session.pollReady()).isNull();
    }
}
