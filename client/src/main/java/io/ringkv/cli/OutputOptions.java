package io.ringkv.cli;

import io.ringkv.cli.output.OutputFormat;
import picocli.CommandLine.Option;

/** Options about what is printed; every command has them. */
public final class OutputOptions {
    @Option(
            names = {"-o", "--output"},
            order = HelpLayout.ORDER_OUTPUT,
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "Form of the output: table, json, jsonl, raw. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = {"-q", "--quiet"},
            order = HelpLayout.ORDER_OUTPUT,
            description = "No progress, no remarks; data and errors only.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            order = HelpLayout.ORDER_OUTPUT,
            description = "More detail, and stack traces of errors.")
    private boolean verbose;

    @Option(
            names = "--no-color",
            order = HelpLayout.ORDER_OUTPUT,
            description = "No colours. They are off outside a terminal and with NO_COLOR set too.")
    private boolean noColor;

    public OutputFormat format() {
        return format;
    }

    public boolean quiet() {
        return quiet;
    }

    public boolean verbose() {
        return verbose;
    }

    public boolean noColor() {
        return noColor;
    }
}
