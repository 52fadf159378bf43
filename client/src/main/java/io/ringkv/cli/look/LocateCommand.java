package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.rpc.ShardStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code locate KEY}. */
@Command(
        name = "locate",
        description = "Where a key lives: its token, shard, leader and replicas, whether or not the key exists.",
        footer = {"", "Example:", "  ringkv locate greeting"})
public final class LocateCommand extends LookCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Override
    int look(ClusterView view, Console console) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        LimitChecks.checkKeyLength(bytes.length);
        Token token = KeyHash.token(bytes);
        ShardStatus shard = view.shards().stream()
                .filter(candidate -> ClusterView.range(candidate).contains(token))
                .findFirst()
                .orElseThrow(() -> new RingKvException(ErrorCode.NOT_PLACED, "No shard holds token " + token + " yet"));
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("key", key);
            document.put("token", token.toString());
            document.putAll(describe(view, shard));
            console.document(document);
        } else {
            console.line("token     " + token);
            console.line("shard     " + shard.getRecord().getShard() + "  " + ClusterView.range(shard));
            console.line("leader    " + view.leader(shard));
            console.line("replicas  " + view.replicas(shard));
        }
        return 0;
    }
}
