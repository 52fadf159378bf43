package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.MalformedBytesException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of what is stored: frozen examples, round trips, and refusal of anything unknown. */
class FormatsTest {

    private static final ShardMeta META = new ShardMeta(
            ShardFixture.SHARD,
            ShardFixture.LINEAGE,
            4,
            new TokenRange(new Token(5), new Token(-6)),
            7,
            8,
            9,
            1000,
            1_000_000,
            1,
            true,
            300);

    @Test
    void frozenBytesOfARecord() {
        byte[] value = ShardFixture.utf8("value");
        byte[] record = DataRecord.encode(5, 300, 2, value, 0, value.length);
        assertThat(HexFormat.of().formatHex(record)).isEqualTo("0005a7020276616c7565");
    }

    @Test
    void frozenBytesOfInternalKeys() {
        assertThat(HexFormat.of().formatHex(InternalKey.data(ShardFixture.utf8("key"))))
                .isEqualTo("01006b6579");
        assertThat(InternalKey.userKey(InternalKey.data(ShardFixture.utf8("key"))))
                .isEqualTo(ShardFixture.utf8("key"));
    }

    @Test
    void dataKeysKeepTheOrderOfUserKeysAndEndBeforeDataEnd() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] a = randomKey(random);
            byte[] b = randomKey(random);
            assertThat(Integer.signum(Arrays.compareUnsigned(InternalKey.data(a), InternalKey.data(b))))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
            assertThat(Arrays.compareUnsigned(InternalKey.data(a), InternalKey.dataEnd()))
                    .isNegative();
        }
    }

    @Test
    void recordsRoundTrip() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            long create = random.nextLong() >>> (1 + random.nextInt(60));
            long mod = create + (random.nextLong() >>> (20 + random.nextInt(40)));
            byte[] value = randomKey(random);
            byte[] fields = random.nextBoolean() ? new byte[0] : new byte[] {9, 2, 1, 2};

            DataRecord record = DataRecord.parse(DataRecord.encode(create, mod, 3, fields, value));

            assertThat(record.createRevision()).as("seed %d", seed).isEqualTo(create);
            assertThat(record.modRevision()).as("seed %d", seed).isEqualTo(mod);
            assertThat(record.value()).as("seed %d", seed).isEqualTo(value);
            assertThat(record.fieldsLength()).as("seed %d", seed).isEqualTo(fields.length);
        }
    }

    @Test
    void unknownTagsAreKeptWhenARecordIsChangedInPlace() {
        byte[] fields = {77, 3, 1, 2, 3};
        DataRecord record = DataRecord.parse(DataRecord.encode(1, 1, 1, fields, ShardFixture.utf8("5")));

        DataRecord changed = DataRecord.parse(record.encodeChanged(9, 2, ShardFixture.utf8("6")));

        assertThat(Arrays.copyOfRange(
                        changed.bytes(), changed.fieldsOffset(), changed.fieldsOffset() + changed.fieldsLength()))
                .isEqualTo(fields);
        assertThat(changed.modRevision()).isEqualTo(9);
    }

    @Test
    void unknownRecordFlagsAndCutRecordsAreRefused() {
        byte[] record = DataRecord.encode(5, 300, 2, new byte[] {1, 1, 1}, new byte[0]);
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> DataRecord.parse(cut)).isInstanceOf(MalformedBytesException.class);
        }
        record[0] = 2;
        assertThatThrownBy(() -> DataRecord.parse(record))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("record flags 0x2");
    }

    @Test
    void metaRoundTrips() {
        byte[] bytes = ShardMetaCodec.encode(META);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("010100000003000000040000000" + "10123456789abcdef0123456789abcdef0000000000000005"
                        + "fffffffffffffffa070809e807c0843dac02");
        assertThat(ShardMetaCodec.decode(new ByteReader(bytes))).isEqualTo(META);
    }

    @Test
    void cutOrUnknownMetaIsRefused() {
        byte[] bytes = ShardMetaCodec.encode(META);
        for (int length = 0; length < bytes.length; length++) {
            ByteReader cut = new ByteReader(bytes, 0, length);
            assertThatThrownBy(() -> ShardMetaCodec.decode(cut)).isInstanceOf(MalformedBytesException.class);
        }
        bytes[0] = 2;
        assertThatThrownBy(() -> ShardMetaCodec.decode(new ByteReader(bytes)))
                .isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void sessionsRoundTripWithTheirResults() {
        SessionTable table = new SessionTable(new DigestSum());
        ClientSession session = table.open(12, new ClientId(1, 2), 3_000, 55);
        session = table.use(session, 4, 60);
        table.store(session, new StoredResult(4, ErrorCode.OK, 77, -5, 0));
        table.store(session, new StoredResult(900, ErrorCode.KEY_EXISTS, 3, 0, 2));
        byte[] bytes = SessionCodec.encode(session);

        DigestSum digest = new DigestSum();
        SessionTable copy = new SessionTable(digest);
        SessionCodec.decode(new ByteReader(bytes), copy);

        assertThat(SessionCodec.encode(copy.freeze().get(0))).isEqualTo(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0c00000000000000010000000000000002b817043c0204004dfbffffffffffffffff01008407af02030002");
        assertThat(copy.bytes()).isEqualTo(table.bytes());
    }

    @Test
    void cutDoubledOrMisplacedSessionsAreRefused() {
        SessionTable table = new SessionTable(new DigestSum());
        ClientSession session = table.open(12, new ClientId(1, 2), 3_000, 55);
        table.store(session, new StoredResult(1, ErrorCode.OK, 1, 1, 1));
        byte[] bytes = SessionCodec.encode(session);
        for (int length = 0; length < bytes.length; length++) {
            ByteReader cut = new ByteReader(bytes, 0, length);
            assertThatThrownBy(() -> SessionCodec.decode(cut, new SessionTable(new DigestSum())))
                    .isInstanceOf(MalformedBytesException.class);
        }
        assertThatThrownBy(() -> SessionCodec.decode(new ByteReader(bytes), table))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("twice");
    }

    private static byte[] randomKey(Random random) {
        byte[] key = new byte[random.nextInt(6)];
        random.nextBytes(key);
        return key;
    }
}
