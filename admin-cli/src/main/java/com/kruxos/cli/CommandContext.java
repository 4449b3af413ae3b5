package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each command uses: the API, the options that all commands share, and output. One thread. */
final class CommandContext {
    private final ProcessContext process;
    private final GlobalOptions globals;
    private @Nullable AdminApiClient api;

    CommandContext(ProcessContext world, GlobalOptions globals) {
        this.process = world;
        this.globals = globals;
    }

    ProcessContext process() {
        return process;
    }

    boolean isJsonOutput() {
        return globals.json();
    }

    CliHome home() {
        return CliHome.locate(process, globals.home());
    }

    AdminApiClient api() {
        if (api == null) {
            var token = process.variable("KRUXOS_USER_TOKEN");
            var url = apiUrl();
            api = url == null
                    ? new AdminApiClient(new ApiEndpoint.AdminSocketEndpoint(home().adminSocket()), token)
                    : apiOverPort(url, token);
        }
        return api;
    }

    /** {@code --url}; without it and without {@code --home}, KRUXOS_URL. */
    private @Nullable String apiUrl() {
        if (globals.url() != null && globals.home() != null) {
            throw CommandFailure.usage("--url and --home are mutually exclusive", "give one of them");
        }
        return globals.url() != null || globals.home() != null ? globals.url() : process.variable("KRUXOS_URL");
    }

    /** A port cannot identify its peer, so it needs a token. */
    private static AdminApiClient apiOverPort(String url, @Nullable String token) {
        var place = ApiEndpoint.parse(url);
        if (token == null) {
            throw new CommandFailure(
                    ExitCode.NOT_AUTHENTICATED,
                    "a URL needs a user token",
                    "create one on the appliance's machine with kruxos user-token create --label L,"
                            + " and set it in KRUXOS_USER_TOKEN");
        }
        return new AdminApiClient(place, token);
    }

    /** Prints a line of the result to standard output. */
    void printLine(String line) {
        process.out().println(line);
    }

    /** Prints a message to standard error, so that scripts can capture the result alone; not with --quiet. */
    void printNote(String sentence) {
        if (!globals.quiet()) {
            TerminalText.wrap(TerminalText.singleLine(sentence), process.width())
                    .forEach(process.err()::println);
        }
    }

    int print(JsonValue answer, TextTable table, String whenEmpty) {
        if (isJsonOutput()) {
            return printJson(answer);
        }
        var lines = table.lines(process.width());
        if (lines.size() == 1) {
            printNote(whenEmpty);
        } else {
            lines.forEach(this::printLine);
        }
        return ExitCode.SUCCESS;
    }

    int print(JsonValue answer, FieldList fields) {
        return isJsonOutput() ? printJson(answer) : print(fields.lines(process.width()));
    }

    /** Prints the response with --json, otherwise a sentence. */
    int printOutcome(JsonValue answer, String sentence) {
        if (isJsonOutput()) {
            return printJson(answer);
        }
        printNote(sentence);
        return ExitCode.SUCCESS;
    }

    /** Prints a new credential alone on standard output, so that {@code KEY=$(kruxos …)} captures it. */
    int printCredential(JsonValue answer, String key, String sentence) {
        if (isJsonOutput()) {
            return printJson(answer);
        }
        printNote(sentence + " It is shown only once: store it now.");
        process.err().flush();
        printLine(key);
        return ExitCode.SUCCESS;
    }

    int printJson(JsonValue answer) {
        printLine(JsonPrinter.indented(answer));
        return ExitCode.SUCCESS;
    }

    int print(List<String> lines) {
        lines.forEach(this::printLine);
        return ExitCode.SUCCESS;
    }

    /** Asks for confirmation on a terminal; elsewhere, and with --yes, it confirms at once. */
    void confirm(boolean yes, String question) {
        if (yes || process.prompt().isEmpty()) {
            return;
        }
        var answer = process.prompt().get().readLine(TerminalText.singleLine(question) + " [y/N] ");
        if (!answer.strip().equalsIgnoreCase("y") && !answer.strip().equalsIgnoreCase("yes")) {
            throw new CommandFailure(ExitCode.FAILED, "not confirmed: nothing was changed", "answer y, or use --yes");
        }
    }
}
