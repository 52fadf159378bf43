package io.ringkv.cli;

import io.ringkv.cli.output.JsonTree;
import io.ringkv.cli.output.OutputFormat;
import io.ringkv.common.config.NearestName;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever went wrong into one message on standard error and an exit code. With {@code -o json} the message is a
 * JSON object. Stack traces only with {@code --verbose}.
 */
final class ErrorReports implements IExecutionExceptionHandler, IParameterExceptionHandler {
    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult arguments) {
        Throwable cause = unwrap(thrown);
        PrintWriter err = command.getErr();
        if (isClosedPipe(cause)) {
            return ExitCode.OK.value(); // whoever read our output has enough, such as `head`
        }
        RingKvException failure = cause instanceof RingKvException known
                ? known
                : new RingKvException(ErrorCode.INTERNAL, "The command failed unexpectedly", cause);
        report(failure, jsonWanted(arguments), err);
        if (arguments.expandedArgs().contains("-v") || arguments.expandedArgs().contains("--verbose")) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return failure.code().exitCode().value();
    }

    @Override
    public int handleParseException(ParameterException thrown, String[] arguments) {
        CommandLine command = thrown.getCommandLine();
        PrintWriter err = command.getErr();
        if (thrown instanceof MissingCommandException) {
            command.usage(err);
        } else {
            boolean json =
                    List.of(arguments).contains("json") || List.of(arguments).contains("jsonl");
            report(describe(thrown, command), json, err);
        }
        err.flush();
        return ExitCode.USAGE.value();
    }

    private static RingKvException describe(ParameterException thrown, CommandLine command) {
        String seeHelp = "See " + command.getCommandSpec().qualifiedName() + " --help";
        // Picocli complains of what is missing before what is unknown; `get -x` should hear of -x, not of a KEY.
        Optional<String> unknownFlag = command.getUnmatchedArguments().stream()
                .filter(word -> word.startsWith("-") && word.length() > 1)
                .findFirst();
        boolean flag = unknownFlag.isPresent();
        if (!flag && !(thrown instanceof UnmatchedArgumentException)) {
            return RingKvException.builder(ErrorCode.INVALID_ARGUMENT)
                    .sentence(String.valueOf(thrown.getMessage()))
                    .advice(seeHelp)
                    .build();
        }
        String word =
                unknownFlag.orElseGet(() -> command.getUnmatchedArguments().get(0));
        boolean expectsCommand = !command.getSubcommands().isEmpty();
        String nearest = flag
                ? NearestName.find(word, command.getCommandSpec().optionsMap().keySet())
                : expectsCommand
                        ? NearestName.find(word, command.getSubcommands().keySet())
                        : null;
        String problem = flag
                ? "There is no flag '" + word + "'"
                : expectsCommand ? "There is no command '" + word + "'" : "The argument '" + word + "' is one too many";
        return RingKvException.builder(flag ? ErrorCode.UNKNOWN_FLAG : ErrorCode.INVALID_ARGUMENT)
                .sentence(problem)
                .advice(nearest == null ? seeHelp : "Did you mean " + nearest + "? " + seeHelp)
                .build();
    }

    private static void report(RingKvException failure, boolean json, PrintWriter err) {
        if (!json) {
            err.println(failure.getMessage());
            return;
        }
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", failure.code().name());
        error.put("number", failure.number());
        error.put("message", failure.getMessage());
        error.put("exitCode", failure.code().exitCode().value());
        if (failure.retryAfterMillis() > 0) {
            error.put("retryAfterMillis", failure.retryAfterMillis());
        }
        if (!failure.details().isEmpty()) {
            error.put("details", failure.details());
        }
        Map<String, @Nullable Object> document = Console.document();
        document.put("error", error);
        err.println(JsonTree.compact(document));
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isClosedPipe(Throwable cause) {
        return cause instanceof UncheckedIOException
                && String.valueOf(cause.getMessage()).contains("Broken pipe");
    }

    private static boolean jsonWanted(ParseResult arguments) {
        ParseResult innermost = arguments;
        while (innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
        }
        OutputFormat format = innermost.matchedOptionValue("output", OutputFormat.TABLE);
        return format == OutputFormat.JSON || format == OutputFormat.JSONL;
    }
}
