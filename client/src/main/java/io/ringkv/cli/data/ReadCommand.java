package io.ringkv.cli.data;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.client.Consistency;
import io.ringkv.client.KeyValue;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Base of commands that read: consistency, session file and time limit. */
abstract class ReadCommand extends ClientCommand {
    @Mixin
    private final SessionFile session = new SessionFile();

    @Mixin
    private final ReadFlags readFlags = new ReadFlags();

    @Mixin
    private final ByteArguments byteArguments = new ByteArguments();

    @Override
    protected final int run(RingKvClient client, Console console) throws Exception {
        Consistency consistency = readFlags.consistency(session);
        session.load(client);
        try {
            int exitCode = read(client, consistency, console);
            session.save(client);
            return exitCode;
        } catch (RingKvException e) {
            if (e.family() == ErrorFamily.NOT_FOUND) {
                session.save(client); // that a key is not there was seen as well
            }
            throw e;
        }
    }

    abstract int read(RingKvClient client, Consistency consistency, Console console) throws Exception;

    final ReadOptions readOptions(Consistency consistency) {
        return ReadOptions.defaults().withConsistency(consistency).withTimeout(timeout());
    }

    final ByteArguments arguments() {
        return byteArguments;
    }

    /** A key with its value and metadata as JSON. */
    static Map<String, @Nullable Object> describe(KeyValue entry, boolean withValue) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        ByteText.putKey(object, entry.key());
        if (withValue) {
            ByteText.putValue(object, entry.value());
        }
        object.put("createRevision", entry.createRevision());
        object.put("modRevision", entry.modRevision());
        object.put("version", entry.version());
        return object;
    }
}
