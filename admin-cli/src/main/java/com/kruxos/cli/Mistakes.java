package com.kruxos.cli;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line. It repeats the names of commands and options, never other words: a mistyped
 * line may hold a secret.
 */
final class Mistakes implements IParameterExceptionHandler {
    private static final int LONGEST_NAME = 40;

    private final World world;

    Mistakes(World world) {
        this.world = world;
    }

    /** Prints a failure and gives its exit code. */
    static int tell(World world, Failed failure) {
        world.out().flush();
        world.err().println("error: " + Texts.line(String.valueOf(failure.getMessage())));
        if (!failure.hint().isEmpty()) {
            world.err().println("hint: " + Texts.line(failure.hint()));
        }
        return failure.exit();
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        var command = mistake.getCommandLine();
        if (mistake.getCause() instanceof Failed failed) {
            return tell(world, failed);
        }
        if (isGroup(command) && !(mistake instanceof UnmatchedArgumentException)) {
            command.usage(command.getErr());
            return Exit.USAGE;
        }
        var help = command.getCommandSpec().qualifiedName() + " --help";
        return tell(
                world,
                mistake instanceof UnmatchedArgumentException unmatched
                        ? unmatched(command, unmatched, help)
                        : Failed.usage(reason(mistake), "see: " + help));
    }

    private static String reason(ParameterException mistake) {
        if (mistake instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            var first = missing.getMissing().getFirst();
            return first.isOption()
                    ? ((CommandLine.Model.OptionSpec) first).longestName() + " " + first.paramLabel() + " is missing"
                    : first.paramLabel() + " is missing";
        }
        var argument = mistake.getArgSpec();
        if (argument == null) {
            return "the command line cannot be read";
        }
        return "what is given for "
                + (argument.isOption()
                        ? ((CommandLine.Model.OptionSpec) argument).longestName()
                        : argument.paramLabel())
                + " cannot be read";
    }

    private static Failed unmatched(CommandLine command, UnmatchedArgumentException mistake, String help) {
        var word = mistake.getUnmatched().getFirst();
        var name = command.getCommandSpec().qualifiedName();
        if (word.startsWith("-")) {
            return Failed.usage(
                    name + " has no option " + optionName(word),
                    name.equals("kruxos server add")
                            ? "write two dashes before the program: kruxos server add NAME -- COMMAND ARG…"
                            : "see: " + help);
        }
        if (isGroup(command)) {
            return Failed.usage(
                    "\"" + Texts.cut(Texts.line(word), LONGEST_NAME) + "\" is no command of " + name,
                    Nearest.to(
                                    word.toLowerCase(Locale.ROOT),
                                    command.getSubcommands().keySet())
                            .map(near -> "did you mean: " + name + " " + near)
                            .orElse("see: " + help));
        }
        if (name.startsWith("kruxos secret")) {
            return Failed.usage(
                    "a secret's value is never an argument",
                    name + " takes one name; put asks for the value, or reads it with --stdin or --from-file");
        }
        return Failed.usage("there is a word too many", "see: " + help);
    }

    /** Without what is glued to it. */
    private static String optionName(String word) {
        var name = word.startsWith("--") ? word.split("=", 2)[0] : word.substring(0, Math.min(2, word.length()));
        return Texts.cut(Texts.line(name), LONGEST_NAME);
    }

    private static boolean isGroup(CommandLine command) {
        return !command.getSubcommands().isEmpty();
    }
}
