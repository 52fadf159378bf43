package io.ringkv.testing.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.cli.CliContext;
import io.ringkv.cli.Main;
import io.ringkv.client.SessionToken;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.log.SnapshotCodec;
import io.ringkv.manager.log.StateSnapshot;
import io.ringkv.manager.log.UnreadableLogException;
import io.ringkv.manager.main.ManagerSettings;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.process.DataDirectory;
import io.ringkv.server.agent.ShardMapFile;
import io.ringkv.server.identity.ServerIdentity;
import io.ringkv.server.identity.ServerIdentityFormat;
import io.ringkv.server.main.ServerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Whatever bytes a reader meets, it gives a value or the failure it is meant to give; never another exception, and never more
 * memory than a limit allows. A run has a seed of its own, which a failure names.
 *
 * <p>What is not here is next to what it fuzzes: frames, operations, log entries, ledger, snapshots, clean marker, stores,
 * histories, and records of import and export.
 */
final class ReadersFuzzTest {
    private static final int ROUNDS = 100;
    private static final Duration SOAK = Duration.ofMinutes(Long.getLong("ringkv.fuzz.minutes", 5));

    @TempDir
    private Path directory;

    /** Reads bytes, from a file of this name if it needs one. */
    @FunctionalInterface
    private interface Reader {
        void read(byte[] bytes) throws Exception;
    }

    private record Target(String name, byte[] sample, Reader reader, List<Class<? extends Exception>> meant) {}

    @Test
    void meetsDamageWithTheFailureThatIsMeant() throws IOException {
        long seed = System.nanoTime();
        for (Target target : targets()) {
            fuzz(target, seed, ROUNDS);
        }
    }

    @Test
    @Tag("soak")
    void meetsDamageForAsLongAsIsWanted() throws IOException {
        long end = System.nanoTime() + SOAK.toNanos();
        for (long seed = System.nanoTime(); System.nanoTime() - end < 0; seed++) {
            for (Target target : targets()) {
                fuzz(target, seed, ROUNDS);
            }
        }
    }

    private static void fuzz(Target target, long seed, int rounds) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = Mutations.of(target.sample(), random);
            try {
                target.reader().read(bytes);
            } catch (Exception e) {
                assertThat(target.meant())
                        .as("%s, seed %d, round %d: %s", target.name(), seed, round, e)
                        .anyMatch(meant -> meant.isInstance(e));
                assertThat(String.valueOf(e.getMessage()))
                        .as("it says what is wrong")
                        .isNotBlank();
            }
        }
    }

    private List<Target> targets() throws IOException {
        List<Class<? extends Exception>> named = List.of(RingKvException.class);
        List<Class<? extends Exception>> log = List.of(UnreadableLogException.class);
        return Stream.of(
                        configuration("server"),
                        configuration("manager"),
                        identity(),
                        shardMapFile(),
                        new Target(
                                "shard map message",
                                ShardMapMessages.toMessage(map()).toByteArray(),
                                bytes -> ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMap.parseFrom(bytes)),
                                List.of(RingKvException.class, InvalidProtocolBufferException.class)),
                        new Target("manager entry", EntryCodec.encode(entry()), EntryCodec::decode, log),
                        new Target(
                                "manager snapshot",
                                SnapshotCodec.encode(new StateSnapshot(3, 20, ClusterState.EMPTY)),
                                SnapshotCodec::decode,
                                log),
                        new Target(
                                "session token",
                                new SessionToken(
                                                new ClusterId(new UUID(1, 2)),
                                                java.util.Map.of(new SessionToken.ShardLife(new ShardId(1), 1), 7L))
                                        .toString()
                                        .getBytes(StandardCharsets.UTF_8),
                                bytes -> SessionToken.parse(new String(bytes, StandardCharsets.UTF_8)),
                                named),
                        commandLine("put key value --timeout 5s --endpoints 127.0.0.1:7400"),
                        commandLine("scan --prefix a --limit 10 -o json"),
                        commandLine("server maintenance s4 on --for 30m"),
                        commandLine("recover apply 12 --accept-loss --from s3"),
                        commandLine("lab run --workload register --nemesis kill,pause --time 60s --seed 7"))
                .toList();
    }

    private Target configuration(String kind) throws IOException {
        Path file = directory.resolve(kind + ".yaml");
        byte[] sample = Files.readAllBytes(Path.of("..", "conf", kind + ".yaml"));
        return new Target(
                kind + " configuration",
                sample,
                bytes -> {
                    Files.write(file, bytes);
                    new ConfigLoader(kind.equals("server") ? ServerSettings.all() : ManagerSettings.all())
                            .file(file)
                            .load();
                },
                List.of(RingKvException.class));
    }

    private Target identity() throws IOException {
        Path data = directory.resolve("data");
        openIdentity(data);
        Path file;
        try (Stream<Path> files = Files.list(data)) {
            file = files.filter(path -> String.valueOf(path.getFileName()).startsWith("identity"))
                    .findFirst()
                    .orElseThrow();
        }
        return new Target(
                "identity",
                Files.readAllBytes(file),
                bytes -> {
                    Files.write(file, bytes);
                    openIdentity(data);
                },
                List.of(RingKvException.class));
    }

    private static void openIdentity(Path data) {
        DataDirectory.open(data, new ServerIdentityFormat(), () -> ServerIdentity.fresh(new ServerId(7)))
                .close();
    }

    private Target shardMapFile() throws IOException {
        Path file = directory.resolve("shard-map");
        ShardMapFile maps = new ShardMapFile(file);
        maps.write(map());
        return new Target(
                "shard map file",
                Files.readAllBytes(file),
                bytes -> {
                    Files.write(file, bytes);
                    maps.read();
                },
                List.of());
    }

    private static Target commandLine(String line) {
        CommandLine root = Main.commandLine(CliContext.ofProcess());
        return new Target(
                "command line " + line,
                line.getBytes(StandardCharsets.UTF_8),
                bytes -> root.parseArgs(new String(bytes, StandardCharsets.UTF_8).split(" ")),
                List.of(CommandLine.ParameterException.class, RingKvException.class));
    }

    private static LoggedCommand entry() {
        return new LoggedCommand(
                1, 1_234, new ManagerId(3), 5, new MarkServer(new ServerId(3), ServerState.ACTIVE, ServerState.DOWN));
    }

    private static ShardMap map() {
        ServerRecord server =
                new ServerRecord(new ServerId(5), "s1", "h:1", "h:2", "h:3", "", "east", ServerState.ACTIVE);
        ShardRecord shard = new ShardRecord(
                new ShardId(1),
                new GroupId(new UUID(3, 4)),
                1,
                TokenRange.fullCircle(),
                1,
                1,
                List.of(new ReplicaRecord(server.id(), ReplicaRole.VOTER)),
                null);
        return new ShardMap(new ClusterId(new UUID(1, 2)), 4, 1, List.of(shard), List.of(server), List.of());
    }
}
