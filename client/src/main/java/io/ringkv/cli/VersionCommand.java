package io.ringkv.cli;

import io.ringkv.common.BuildVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the version of this software and of the Java it runs on. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().printf("ringkv %s (Java %s)%n", BuildVersion.current(), Runtime.version());
    }
}
