package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTableTest {

    private final DigestSum digest = new DigestSum();
    private final SessionTable table = new SessionTable(digest);

    @Test
    void frozenSessionsStayAsTheyWere() {
        for (long id = 1; id <= 4; id++) {
            ClientSession session = table.open(id, new ClientId(id, id), 1_000, 0);
            table.store(session, result(1));
        }
        List<ClientSession> frozen = table.freeze();
        List<String> before = texts(frozen);

        table.store(table.use(session(1), 1, 50), result(2));
        table.use(session(2), 2, 60);
        table.remove(session(3));
        table.reopen(session(4), 9_000, 70);
        table.open(5, new ClientId(5, 5), 0, 0);

        assertThat(texts(frozen)).isEqualTo(before);
        assertThat(session(1).resultCount()).isEqualTo(2);
        assertThat(session(2).resultCount()).isZero();
        assertThat(session(4).idleMillis()).isEqualTo(9_000);
    }

    @Test
    void sessionsAreFrozenInOrderOfTheirIds() {
        for (long id : new long[] {1, 5, 9, 20}) {
            table.open(id, new ClientId(100 - id, 1), 1_000, 0);
        }
        assertThat(table.freeze()).extracting(ClientSession::id).containsExactly(1L, 5L, 9L, 20L);
    }

    @Test
    void resultsMayComeInAnyOrder() {
        ClientSession session = table.open(1, new ClientId(1, 1), 1_000, 0);
        for (long sequence : new long[] {5, 1, 9, 3, 7, 2, 8, 4, 6, 10, 1000, 500}) {
            table.store(session, result(sequence));
        }
        session = table.use(session, 4, 0);

        assertThat(session.result(3)).isNull();
        for (long sequence : new long[] {4, 5, 6, 7, 8, 9, 10, 500, 1000}) {
            assertThat(session.result(sequence)).isEqualTo(result(sequence));
        }
        assertThat(session.resultAt(0).sequence()).isEqualTo(4);
        assertThat(session.resultCount()).isEqualTo(9);
    }

    @Test
    void anEmptiedTableLeavesNoTraceInTheDigest() {
        ClientSession session = table.open(1, new ClientId(1, 1), 1_000, 0);
        table.store(session, result(1));
        table.store(session, result(2));
        table.freeze();
        session = table.use(session, 2, 9);
        table.store(session, result(3));
        table.remove(session);

        assertThat(digest.value()).isEqualTo(Digest.ZERO);
        assertThat(table.bytes()).isZero();
        assertThat(table.find(new ClientId(1, 1))).isNull();
    }

    private ClientSession session(long id) {
        ClientSession session = table.find(id);
        if (session == null) {
            throw new AssertionError("no session " + id);
        }
        return session;
    }

    private static StoredResult result(long sequence) {
        return new StoredResult(sequence, ErrorCode.OK, sequence, 1, 0);
    }

    private static List<String> texts(List<ClientSession> sessions) {
        return sessions.stream()
                .map(session -> java.util.HexFormat.of().formatHex(SessionCodec.encode(session)))
                .toList();
    }
}
