package io.ringkv.cli;

import io.ringkv.cli.output.OutputFormat;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Base of every command: standard options, and the console to print with. A command is one small class that extends this
 * or {@link ClientCommand}. Used by one thread, for one run.
 */
public abstract class RingKvTask implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before call()
    private CommandSpec spec;

    @Mixin
    private final OutputOptions outputOptions = new OutputOptions();

    @Option(
            names = {"-h", "--help"},
            order = HelpLayout.ORDER_HELP,
            usageHelp = true,
            description = "This text.")
    @SuppressWarnings("unused") // Picocli acts on it
    private boolean help;

    @Override
    public final Integer call() throws Exception {
        if (outputOptions.format() == OutputFormat.SVG && !canDraw()) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "This command has no picture to draw as svg");
        }
        Console console = new Console(context(), outputOptions);
        try {
            return run(console);
        } finally {
            console.flush();
        }
    }

    /** Whether the output may be wanted as a picture. */
    protected boolean canDraw() {
        return false;
    }

    /**
     * Does the work.
     *
     * @return the exit code, see {@link io.ringkv.common.error.ExitCode}
     * @throws Exception reported by the root: a {@link io.ringkv.common.error.RingKvException} with its code and message
     */
    protected abstract int run(Console console) throws Exception;

    /** The world around this command. */
    protected final CliContext context() {
        return ((RingKvCommand) spec.root().userObject()).context();
    }

    protected final CommandSpec spec() {
        return spec;
    }
}
