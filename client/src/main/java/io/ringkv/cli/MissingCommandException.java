package io.ringkv.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The words end where a command is still to be said: the answer is the list of commands. */
final class MissingCommandException extends ParameterException {
    private static final long serialVersionUID = 1L;

    MissingCommandException(CommandLine group) {
        super(group, "a command is missing");
    }
}
