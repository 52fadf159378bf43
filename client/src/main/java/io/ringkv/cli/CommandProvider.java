package io.ringkv.cli;

import java.util.List;

/**
 * Adds commands to {@code ringkv} from another module. Implementations are found by {@link java.util.ServiceLoader} and
 * need a public constructor without parameters. Called once per process, on the main thread, before any argument is
 * looked at; so it must be cheap and must not fail.
 */
public interface CommandProvider {
    /**
     * New command objects, each annotated with {@code picocli.CommandLine.Command} or made by {@link CommandGroup#of}. A
     * name that another provider uses
     * already is a bug and ends the process.
     */
    List<Object> commands();
}
