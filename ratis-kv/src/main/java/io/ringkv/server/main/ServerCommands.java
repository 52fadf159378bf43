package io.ringkv.server.main;

import io.ringkv.cli.CommandProvider;
import io.ringkv.cli.ProcessCommand;
import java.util.List;

/** Adds {@code server} to the command line. */
public final class ServerCommands implements CommandProvider {
    @Override
    public List<Object> commands() {
        return List.of(ProcessCommand.withSettingFlags(new ServerCommand()));
    }
}
