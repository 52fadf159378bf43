package io.ringkv.manager.main;

import io.ringkv.cli.CommandProvider;
import io.ringkv.cli.ProcessCommand;
import java.util.List;

/** Adds {@code manager} to the command line. */
public final class ManagerCommands implements CommandProvider {

    @Override
    public List<Object> commands() {
        return List.of(ProcessCommand.withSettingFlags(new ManagerCommand()));
    }
}
