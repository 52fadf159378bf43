package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.retry.MultipleLinearRandomRetry;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RatisSettingsTest {
    private static final int MIB = 1 << 20;

    private static RatisSettings defaults() {
        return RatisSettings.defaults(Path.of("/data/raft"), Path.of("/data/removed"), "127.0.0.1", 0);
    }

    @Test
    void setsOnlyKeysThatRatisKnows() throws IllegalAccessException {
        Set<String> known = new TreeSet<>();
        collectKeys(RaftServerConfigKeys.class, known);
        collectKeys(GrpcConfigKeys.class, known);
        collectKeys(RaftConfigKeys.class, known);

        assertThat(known).hasSizeGreaterThan(80);
        assertThat(defaults().entries().keySet()).isSubsetOf(known);
    }

    @Test
    void isReadByRatisAsItIsMeant() {
        RaftProperties properties = defaults().toProperties();

        assertThat(RaftServerConfigKeys.storageDir(properties))
                .containsExactly(Path.of("/data/raft").toFile());
        assertThat(RaftServerConfigKeys.removedGroupsDir(properties)).hasToString("/data/removed");
        assertThat(RaftServerConfigKeys.Rpc.timeoutMin(properties).toLong(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isEqualTo(500);
        assertThat(RaftServerConfigKeys.Rpc.timeoutMax(properties).toLong(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isEqualTo(1000);
        assertThat(RaftServerConfigKeys.Log.Appender.bufferByteLimit(properties))
                .isEqualTo(SizeInBytes.valueOf("4MB"));
        assertThat(RaftServerConfigKeys.Log.Appender.waitTimeMin(properties).getDuration())
                .isZero();
        assertThat(RaftServerConfigKeys.Log.logMetadataEnabled(properties)).isFalse();
        assertThat(RaftServerConfigKeys.Log.unsafeFlushEnabled(properties)).isFalse();
        assertThat(RaftServerConfigKeys.Log.asyncFlushEnabled(properties)).isFalse();
        assertThat(RaftServerConfigKeys.Log.purgeUptoSnapshotIndex(properties)).isTrue();
        assertThat(RaftServerConfigKeys.Log.corruptionPolicy(properties))
                .isEqualTo(RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        assertThat(RaftServerConfigKeys.Snapshot.retentionFileNum(properties)).isEqualTo(2);
        assertThat(RaftServerConfigKeys.Snapshot.triggerWhenRemoveEnabled(properties))
                .isFalse();
        assertThat(RaftServerConfigKeys.LeaderElection.preVote(properties)).isTrue();
        assertThat(RaftServerConfigKeys.Read.leaderLeaseEnabled(properties)).isFalse();
        assertThat(GrpcConfigKeys.messageSizeMax(properties, text -> {})).isEqualTo(SizeInBytes.valueOf("8MB"));
    }

    @Test
    void waitsBetweenTriesHoweverLongAFollowerIsDead() {
        String text = defaults().entries().get(RaftServerConfigKeys.Log.Appender.RETRY_POLICY_KEY);
        RetryPolicy policy = MultipleLinearRandomRetry.parseCommaSeparated(text);
        RetryPolicy.Action afterAWeek = policy.handleAttemptFailure(() -> 7 * 24 * 3600 * 2);

        assertThat(afterAWeek.shouldRetry()).isTrue();
        assertThat(afterAWeek.getSleepTime().toLong(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isBetween(250L, 750L);
    }

    @ParameterizedTest
    @CsvSource({
        // Bytes per second; bytes of a part: some 32 in a second, within bounds.
        "33554432, 1048576",
        "1048576, 65536",
        "1073741824, 4194304",
    })
    void sendsSnapshotsInPartsThatLeaveNobodyWithoutAnAnswerForLong(long rate, long part) {
        RaftProperties properties = defaults().withSnapshotBytesPerSecond(rate).toProperties();
        assertThat(RaftServerConfigKeys.Log.Appender.snapshotChunkSizeMax(properties)
                        .getSize())
                .isEqualTo(part);
        assertThat(RaftConfigKeys.Rpc.type(properties, text -> {})).isInstanceOf(PacedGrpc.class);
    }

    @Test
    void leavesRoomForWhatRatisAddsToAProposal() {
        assertThat(defaults().proposalByteLimit()).isEqualTo(4 * MIB - 1024);
    }

    static Stream<Arguments> contradictions() {
        Path data = Path.of("/data/raft");
        Path removed = Path.of("/data/removed");
        return Stream.of(
                Arguments.of("write buffer below entry", settings(data, 500, 1000, 4 * MIB, 4 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("timeouts reversed", settings(data, 1000, 500, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("timeout too short", settings(data, 10, 500, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("timeout too long", settings(data, 500, 100_000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("entry too small", settings(data, 500, 1000, 1000, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("entry too large", settings(data, 500, 1000, 60 * MIB, 64 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("segment too small", settings(data, 500, 1000, 4 * MIB, 5 * MIB, 1000, 8 * MIB)),
                Arguments.of("cache below segment", settings(data, 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, MIB)),
                Arguments.of("relative", settings(Path.of("raft"), 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("comma", settings(Path.of("/a,b"), 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("variable", settings(Path.of("/${a}"), 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("space", settings(Path.of("/a "), 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB)),
                Arguments.of("port", (Runnable) () -> new RatisSettings(
                        data, removed, "h", 65536, 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB, 0, MIB)),
                Arguments.of("free space", (Runnable) () -> new RatisSettings(
                        data, removed, "h", 0, 500, 1000, 4 * MIB, 5 * MIB, 4 * MIB, 8 * MIB, -1, MIB)),
                Arguments.of("transfer rate", (Runnable) () -> defaults().withSnapshotBytesPerSecond(MIB - 1)));
    }

    private static Runnable settings(
            Path data, int min, int max, int entry, int buffer, int segment, int segmentCache) {
        return () -> new RatisSettings(
                data, Path.of("/data/removed"), "h", 0, min, max, entry, buffer, segment, segmentCache, 0, MIB);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void refusesValuesThatContradictEachOther(String name, Runnable make) {
        assertThatThrownBy(make::run)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG_VALUE))
                .hasMessageContaining("expected:");
    }

    private static void collectKeys(Class<?> type, Set<String> keys) throws IllegalAccessException {
        for (Field field : type.getFields()) {
            if (field.getName().endsWith("_KEY") && field.getType() == String.class) {
                keys.add((String) field.get(null));
            }
        }
        for (Class<?> nested : type.getClasses()) {
            collectKeys(nested, keys);
        }
    }
}
