package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every command uses: the API behind the chosen home, and the ways to say something. One thread. */
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

    /** {@code --url}; else KRUXOS_URL, unless {@code --home} names the one that is meant. */
    private @Nullable String apiUrl() {
        if (globals.url() != null && globals.home() != null) {
            throw CommandFailure.usage("--url and --home may name two appliances", "give one of them");
        }
        return globals.url() != null || globals.home() != null ? globals.url() : process.variable("KRUXOS_URL");
    }

    /** On a port nobody is known by who they are. */
    private static AdminApiClient apiOverPort(String url, @Nullable String token) {
        var place = ApiEndpoint.parse(url);
        if (token == null) {
            throw new CommandFailure(
                    ExitCode.NOT_AUTHENTICATED,
                    "a URL needs a user token",
                    "make one where the appliance runs, with kruxos user-token create --label L,"
                            + " and put it into KRUXOS_USER_TOKEN");
        }
        return new AdminApiClient(place, token);
    }

    /** A line of the answer, to standard output. */
    void printLine(String line) {
        process.out().println(line);
    }

    /** A sentence around the answer, to standard error so that a script's variable stays clean; not with --quiet. */
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

    /** What was done: the whole answer for a program, a sentence for a person. */
    int printOutcome(JsonValue answer, String sentence) {
        if (isJsonOutput()) {
            return printJson(answer);
        }
        printNote(sentence);
        return ExitCode.SUCCESS;
    }

    /** A key that exists in clear only now: alone on its line, so that {@code KEY=$(kruxos …)} holds just it. */
    int printCredential(JsonValue answer, String key, String sentence) {
        if (isJsonOutput()) {
            return printJson(answer);
        }
        printNote(sentence + " It is shown once: keep it now.");
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

    /** Asks where somebody can answer; elsewhere, and with --yes, the command itself is the answer. */
    void confirm(boolean yes, String question) {
        if (yes || process.prompt().isEmpty()) {
            return;
        }
        var answer = process.prompt().get().readLine(TerminalText.singleLine(question) + " [y/N] ");
        if (!answer.strip().equalsIgnoreCase("y") && !answer.strip().equalsIgnoreCase("yes")) {
            throw new CommandFailure(ExitCode.FAILED, "nothing was changed", "answer y, or give --yes");
        }
    }
}
