package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The ledger as bytes, big-endian: magic "RKLG", format (u16), flags (u16: 1 = stopped in order), manager term (i64), boot id
 * (text), number of entries (i32), the entries in order of their groups, and a CRC-32C of all bytes before it. An entry:
 * shard, incarnation (i32), group (16 bytes), state (u8), level (i32), replica epoch, manager term, range start, range end,
 * range epoch, committed floor (i64), reason (text). A text: length in bytes (u16), UTF-8.
 *
 * <p>Every cut and every flipped bit is noticed. Another format is refused, never guessed.
 */
final class LedgerCodec {
    static final int FORMAT = 1;

    private static final int MAGIC = 0x524b4c47;
    private static final int FLAG_STOPPED_IN_ORDER = 1;
    private static final int HEADER_BYTES = 4 + 2 + 2 + 8;
    private static final int ENTRY_BYTES = 4 + 4 + 16 + 1 + 4 + 6 * 8;
    private static final int CRC_BYTES = 4;
    private static final int TEXT_LENGTH_BYTES = 2;

    private LedgerCodec() {}

    static byte[] encode(Ledger ledger) {
        byte[] boot = ledger.bootId().getBytes(StandardCharsets.UTF_8);
        int size = HEADER_BYTES + TEXT_LENGTH_BYTES + boot.length + 4 + CRC_BYTES;
        for (LedgerEntry entry : ledger.entries().values()) {
            size += ENTRY_BYTES + TEXT_LENGTH_BYTES + entry.reason().getBytes(StandardCharsets.UTF_8).length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(MAGIC)
                .putShort((short) FORMAT)
                .putShort((short) (ledger.stoppedInOrder() ? FLAG_STOPPED_IN_ORDER : 0))
                .putLong(ledger.managerTerm());
        putText(out, boot);
        out.putInt(ledger.entries().size());
        ledger.entries().values().forEach(entry -> putEntry(out, entry));
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    private static void putEntry(ByteBuffer out, LedgerEntry entry) {
        UUID group = entry.group().value();
        out.putInt(entry.shard().value())
                .putInt(entry.incarnation())
                .putLong(group.getMostSignificantBits())
                .putLong(group.getLeastSignificantBits())
                .put((byte) entry.state().number())
                .putInt(entry.level())
                .putLong(entry.replicaEpoch())
                .putLong(entry.managerTerm())
                .putLong(entry.range().startExclusive().bits())
                .putLong(entry.range().endInclusive().bits())
                .putLong(entry.rangeEpoch())
                .putLong(entry.committedFloor());
        putText(out, entry.reason().getBytes(StandardCharsets.UTF_8));
    }

    private static void putText(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    /** @throws LedgerDamagedException if the bytes are cut or damaged, or of another format */
    static Ledger decode(byte[] bytes) throws LedgerDamagedException {
        int end = bytes.length - CRC_BYTES;
        if (end < HEADER_BYTES) {
            throw new LedgerDamagedException("it has " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            throw new LedgerDamagedException("it does not begin like a ledger");
        }
        int format = Short.toUnsignedInt(in.getShort());
        if (checksum(bytes, end) != in.getInt(end)) {
            throw new LedgerDamagedException("its checksum does not agree");
        }
        if (format != FORMAT) {
            throw new LedgerDamagedException("it has format " + format + " (known: " + FORMAT + ")");
        }
        try {
            return read(in.limit(end));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new LedgerDamagedException("its contents make no sense: " + e.getMessage());
        }
    }

    private static Ledger read(ByteBuffer in) throws LedgerDamagedException {
        int flags = Short.toUnsignedInt(in.getShort());
        long managerTerm = in.getLong();
        String bootId = getText(in);
        int count = in.getInt();
        TreeMap<GroupId, LedgerEntry> entries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            LedgerEntry entry = getEntry(in);
            entries.put(entry.group(), entry);
        }
        if (in.hasRemaining()) {
            throw new LedgerDamagedException(in.remaining() + " bytes follow its contents");
        }
        return new Ledger(managerTerm, bootId, (flags & FLAG_STOPPED_IN_ORDER) != 0, entries);
    }

    private static LedgerEntry getEntry(ByteBuffer in) {
        ShardId shard = new ShardId(in.getInt());
        int incarnation = in.getInt();
        GroupId group = new GroupId(new UUID(in.getLong(), in.getLong()));
        LedgerEntry.State state = LedgerEntry.State.ofNumber(in.get());
        int level = in.getInt();
        long replicaEpoch = in.getLong();
        long managerTerm = in.getLong();
        TokenRange range = new TokenRange(new Token(in.getLong()), new Token(in.getLong()));
        long rangeEpoch = in.getLong();
        long floor = in.getLong();
        String reason = getText(in);
        return new LedgerEntry(
                shard, group, incarnation, state, replicaEpoch, managerTerm, range, rangeEpoch, level, floor, reason);
    }

    private static String getText(ByteBuffer in) {
        byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
