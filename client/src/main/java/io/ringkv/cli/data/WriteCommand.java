package io.ringkv.cli.data;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import picocli.CommandLine.Mixin;

/** Base of commands that write: session file and time limit. */
abstract class WriteCommand extends ClientCommand {
    @Mixin
    private final SessionFile session = new SessionFile();

    @Mixin
    private final ByteArguments byteArguments = new ByteArguments();

    @Override
    protected final int run(RingKvClient client, Console console) throws Exception {
        session.load(client);
        int exitCode = write(client, console);
        session.save(client);
        return exitCode;
    }

    abstract int write(RingKvClient client, Console console) throws Exception;

    final WriteOptions writeOptions() {
        return WriteOptions.defaults().withTimeout(timeout());
    }

    final ByteArguments arguments() {
        return byteArguments;
    }
}
