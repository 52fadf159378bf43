package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.MultiGetResult;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.ScanResult;
import io.ringkv.rpc.ServerFrame;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.shard.OperationOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is written field by field must be what protobuf reads. */
class WireFormatTest {
    @RepeatedTest(50)
    void writesOutcomesAsReplies(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        ErrorCode[] codes = ErrorCode.values();
        OutboundFrames out = new OutboundFrames(1 << 20);
        List<Reply> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ErrorCode code = codes[random.nextInt(codes.length)];
            byte[] current = new byte[random.nextInt(300)];
            random.nextBytes(current);
            OperationOutcome outcome = new OperationOutcome(
                    code,
                    number(random),
                    number(random),
                    random.nextInt(128),
                    current,
                    number(random),
                    random.nextBoolean());
            long id = number(random);
            int load = random.nextInt(101);
            out.add(header(id), Answer.of(outcome), load);
            expected.add(Reply.newBuilder()
                    .setId(id)
                    .setCode(code.number())
                    .setRevision(outcome.revision())
                    .setNumber(outcome.number())
                    .setFailedIndex(outcome.failedIndex())
                    .setBody(ByteString.copyFrom(current))
                    .setMessage(code == ErrorCode.OK ? "" : Refusal.text(code, code.meaning()))
                    .setSession(outcome.session())
                    .setDuplicate(outcome.duplicate())
                    .setLoad(load)
                    .build());
        }

        assertThat(poll(out).getRepliesList()).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void writesRefusalsWithEverythingThatHelps() throws Exception {
        ShardRecord record =
                ShardRecord.newBuilder().setShard(7).setIncarnation(2).build();
        Refusal refusal = Refusal.busy(ErrorCode.SHARD_QUEUE_FULL, "It is full", 30)
                .withLeader(new ServerId(-5))
                .withRecord(record);
        OutboundFrames out = new OutboundFrames(1 << 20);

        out.add(header(3), Answer.of(refusal), 0);
        out.add(header(4), Answer.of(refusal.inDoubt()), 0);

        List<Reply> replies = poll(out).getRepliesList();
        assertThat(replies.get(0))
                .isEqualTo(Reply.newBuilder()
                        .setId(3)
                        .setCode(ErrorCode.SHARD_QUEUE_FULL.number())
                        .setMessage("SHARD_QUEUE_FULL: It is full. " + ErrorCode.SHARD_QUEUE_FULL.advice())
                        .setLeaderHint(-5)
                        .setNewerRecord(record)
                        .setRetryAfterMillis(30)
                        .setNotProposed(true)
                        .build());
        assertThat(replies.get(1).getNotProposed()).isFalse();
    }

    @RepeatedTest(30)
    void writesEntriesAsResults(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<StoredRecord> records = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        boolean withValues = random.nextBoolean();
        for (int i = random.nextInt(5); i > 0; i--) {
            byte[] key = bytes(random, 1 + random.nextInt(200));
            byte[] value = bytes(random, random.nextInt(3) == 0 ? 0 : random.nextInt(20_000));
            StoredRecord each = new StoredRecord(key, value, number(random), number(random), number(random));
            records.add(each);
            Entry.Builder entry = Entry.newBuilder()
                    .setKey(ByteString.copyFrom(key))
                    .setCreateRevision(each.createRevision())
                    .setModRevision(each.modRevision())
                    .setVersion(each.version());
            entries.add((withValues ? entry.setValue(ByteString.copyFrom(value)) : entry).build());
        }
        byte[] next = bytes(random, random.nextInt(20));
        OutboundFrames out = new OutboundFrames(1 << 20);

        out.add(
                header(1),
                Answer.found(new Entries(records, withValues, next), 9).withStaleness(4),
                0);
        out.add(header(2), Answer.found(new Entries(records, withValues, null), 9), 0);

        List<Reply> replies = poll(out).getRepliesList();
        assertThat(replies.get(0).getStalenessMillis()).isEqualTo(4);
        assertThat(ScanResult.parseFrom(replies.get(0).getBody()))
                .as("seed %d", seed)
                .isEqualTo(ScanResult.newBuilder()
                        .addAllEntries(entries)
                        .setMore(true)
                        .setNextStart(ByteString.copyFrom(next))
                        .build());
        assertThat(MultiGetResult.parseFrom(replies.get(1).getBody()))
                .as("seed %d", seed)
                .isEqualTo(MultiGetResult.newBuilder().addAllEntries(entries).build());
    }

    @Test
    void cutsFramesAndTakesThemInOrder() throws Exception {
        OutboundFrames out = new OutboundFrames(1000);
        for (int i = 1; i <= 10; i++) {
            StoredRecord each = new StoredRecord(new byte[] {1}, new byte[400], 1, 1, 1);
            out.add(header(i), Answer.found(new Entries(List.of(each), true, null), 1), 0);
        }
        out.addPong(8);
        out.addRingEpoch(9);
        assertThat(out.unsentBytes()).isGreaterThan(4_000);

        List<Long> ids = new ArrayList<>();
        ServerFrame last = ServerFrame.getDefaultInstance();
        int frames = 0;
        for (WireBuffer frame = out.poll(); frame != null; frame = out.poll()) {
            assertThat(frame.length()).isLessThan(1_500);
            last = parse(frame);
            last.getRepliesList().forEach(reply -> ids.add(reply.getId()));
            out.recycle(frame);
            frames++;
        }

        assertThat(frames).isGreaterThan(3);
        assertThat(ids).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(last.getPong()).isEqualTo(8);
        assertThat(last.getRingEpoch()).isEqualTo(9);
        assertThat(out.unsentBytes()).isZero();
        assertThat(out.isEmpty()).isTrue();
    }

    private static ServerFrame poll(OutboundFrames out) throws Exception {
        return parse(Objects.requireNonNull(out.poll(), "a frame"));
    }

    private static ServerFrame parse(WireBuffer frame) throws Exception {
        return ServerFrame.parseFrom(Arrays.copyOf(frame.array(), frame.length()));
    }

    private static RequestHeader header(long id) {
        RequestHeader header = new RequestHeader(new byte[0]);
        header.id = id;
        return header;
    }

    /** Numbers of all sizes, negative ones among them. */
    private static long number(Random random) {
        return random.nextLong() >> random.nextInt(64);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
