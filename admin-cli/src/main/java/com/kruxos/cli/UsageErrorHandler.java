package com.kruxos.cli;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints what is wrong with a command line. It repeats names of commands and options only, because a mistyped line may
 * contain a secret.
 */
final class UsageErrorHandler implements IParameterExceptionHandler {
    private static final int MAX_NAME_LENGTH = 40;

    private final ProcessContext context;

    UsageErrorHandler(ProcessContext world) {
        this.context = world;
    }

    /** Prints a failure and returns its exit code. */
    static int print(ProcessContext world, CommandFailure failure) {
        world.out().flush();
        world.err().println("error: " + TerminalText.singleLine(String.valueOf(failure.getMessage())));
        if (!failure.hint().isEmpty()) {
            world.err().println("hint: " + TerminalText.singleLine(failure.hint()));
        }
        return failure.exitCode();
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        var command = mistake.getCommandLine();
        if (mistake.getCause() instanceof CommandFailure failed) {
            return print(context, failed);
        }
        if (isGroup(command) && !(mistake instanceof UnmatchedArgumentException)) {
            command.usage(command.getErr());
            return ExitCode.USAGE;
        }
        var help = command.getCommandSpec().qualifiedName() + " --help";
        return print(
                context,
                mistake instanceof UnmatchedArgumentException unmatched
                        ? unmatchedArgument(command, unmatched, help)
                        : CommandFailure.usage(describe(mistake), "see: " + help));
    }

    private static String describe(ParameterException mistake) {
        if (mistake instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            var first = missing.getMissing().getFirst();
            return first.isOption()
                    ? ((CommandLine.Model.OptionSpec) first).longestName() + " " + first.paramLabel() + " is missing"
                    : first.paramLabel() + " is missing";
        }
        var argument = mistake.getArgSpec();
        if (argument == null) {
            return "invalid command line";
        }
        return "invalid value for "
                + (argument.isOption()
                        ? ((CommandLine.Model.OptionSpec) argument).longestName()
                        : argument.paramLabel())
                + " cannot be read";
    }

    private static CommandFailure unmatchedArgument(
            CommandLine command, UnmatchedArgumentException mistake, String help) {
        var word = mistake.getUnmatched().getFirst();
        var name = command.getCommandSpec().qualifiedName();
        if (word.startsWith("-")) {
            return CommandFailure.usage(
                    name + " has no option " + optionName(word),
                    name.equals("kruxos server add")
                            ? "write -- before the program: kruxos server add NAME -- COMMAND ARG…"
                            : "see: " + help);
        }
        if (isGroup(command)) {
            return CommandFailure.usage(
                    "\"" + TerminalText.truncate(TerminalText.singleLine(word), MAX_NAME_LENGTH)
                            + "\" is not a command of " + name,
                    NearestCommand.find(
                                    word.toLowerCase(Locale.ROOT),
                                    command.getSubcommands().keySet())
                            .map(near -> "did you mean: " + name + " " + near)
                            .orElse("see: " + help));
        }
        if (name.startsWith("kruxos secret")) {
            return CommandFailure.usage(
                    "a secret's value is never an argument",
                    name + " takes one name; put reads the value from the terminal, or with --stdin or --from-file");
        }
        return CommandFailure.usage("too many arguments", "see: " + help);
    }

    /** The option's name without its value. */
    private static String optionName(String word) {
        var name = word.startsWith("--") ? word.split("=", 2)[0] : word.substring(0, Math.min(2, word.length()));
        return TerminalText.truncate(TerminalText.singleLine(name), MAX_NAME_LENGTH);
    }

    private static boolean isGroup(CommandLine command) {
        return !command.getSubcommands().isEmpty();
    }
}
