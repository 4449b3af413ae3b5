package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A dialogue with the command line, written down in a text file.
 *
 * <pre>
 * # a comment
 * $ VARIABLE=value kruxos command 'a word' &lt;- run; the variables are optional
 * &lt; a line of standard input
 * ! a line of standard error
 * ? 3                                      &lt;- the exit code, when it is not 0
 * any other line: standard output
 * </pre>
 *
 * <p>{hex64}, {id}, {time}, {token} and {any} stand for what differs from run to run; {id=NAME} also remembers it, and
 * {NAME} later says it again, and {lines} alone stands for any number of lines. Two or more spaces match any such gap,
 * because columns move with what is in them.
 */
final class Transcript {
    /** One command and what must come of it. */
    record TranscriptStep(int line, String command, String input, List<String> out, List<String> err, int exit) {}

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z0-9]+)(?:=([A-Z]+))?}|\\{([A-Z]+)}| {2,}");
    private static final Map<String, String> PLACEHOLDER_PATTERNS = Map.of(
            "hex64", "[0-9a-f]{64}",
            "id", "[a-z]+_[a-z2-7]{12}[a-z0-9]{4}",
            "time", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\\.[0-9]+)?Z",
            "token", "krx_user_[A-Za-z0-9_-]{43}",
            "any", ".*");

    private final Map<String, String> environment;
    private final Map<String, String> captured = new HashMap<>();

    /** @param environment of every command; what stands in front of one goes before it */
    Transcript(Map<String, String> environment) {
        this.environment = environment;
    }

    static List<TranscriptStep> read(Path file) throws IOException {
        var steps = new ArrayList<TranscriptStep>();
        var lines = Files.readAllLines(file);
        for (var i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("$ ")) {
                steps.add(parseStep(i + 1, lines.get(i).substring(2), linesUntilNextCommand(lines, i + 1)));
            }
        }
        return steps;
    }

    /** Runs one step against the appliance of {@code home} and holds it to what is written. */
    void play(TranscriptStep step, Path home) {
        var words = splitWords(substitute(step.command()));
        var world = CliRun.with(home).input(step.input());
        environment.forEach(world::variable);
        while (words.getFirst().matches("[A-Z_]+=.*")) {
            var pair = words.removeFirst().split("=", 2);
            world.variable(pair[0], pair[1]);
        }
        assertThat(words.removeFirst()).isEqualTo("kruxos");
        var run = world.run(words.toArray(String[]::new));
        var told = "line " + step.line() + ": $ " + step.command();
        assertMatches(told + " (standard error)", step.err(), run.err());
        assertMatches(told + " (standard output)", step.out(), run.out());
        assertThat(run.exit()).as(told + " (exit code)").isEqualTo(step.exit());
    }

    private void assertMatches(String told, List<String> expected, String actual) {
        var lines = actual.lines().toList();
        var wanted = expandLines(expected, lines.size());
        var matched = lines.size() == wanted.size();
        for (var i = 0; matched && i < lines.size(); i++) {
            matched = matches(wanted.get(i), lines.get(i));
        }
        if (!matched) {
            assertThat(lines).as(told).isEqualTo(expected);
        }
    }

    /** A line {@code {lines}} stands for as many lines as there are. */
    private static List<String> expandLines(List<String> expected, int lines) {
        var gap = expected.indexOf("{lines}");
        if (gap < 0 || lines < expected.size() - 1) {
            return expected;
        }
        var wanted = new ArrayList<>(expected.subList(0, gap));
        wanted.addAll(Collections.nCopies(lines - (expected.size() - 1), "{any}"));
        wanted.addAll(expected.subList(gap + 1, expected.size()));
        return wanted;
    }

    private boolean matches(String expected, String actual) {
        var pattern = new StringBuilder();
        var names = new ArrayList<String>();
        var marks = PLACEHOLDER.matcher(expected);
        var end = 0;
        while (marks.find()) {
            pattern.append(Pattern.quote(expected.substring(end, marks.start())));
            end = marks.end();
            if (marks.group(1) != null) {
                names.add(marks.group(2) == null ? "" : marks.group(2));
                pattern.append('(')
                        .append(PLACEHOLDER_PATTERNS.get(marks.group(1)))
                        .append(')');
            } else {
                pattern.append(marks.group(3) == null ? " {2,}" : Pattern.quote(substitute(marks.group())));
            }
        }
        var match = Pattern.compile(pattern + Pattern.quote(expected.substring(end)))
                .matcher(actual);
        if (!match.matches()) {
            return false;
        }
        for (var i = 0; i < names.size(); i++) {
            captured.put(names.get(i), match.group(i + 1));
        }
        return true;
    }

    private String substitute(String text) {
        var recalled = text;
        for (var entry : captured.entrySet()) {
            recalled = recalled.replace("{" + entry.getKey() + "}", entry.getValue());
        }
        return recalled;
    }

    private static List<String> linesUntilNextCommand(List<String> lines, int from) {
        var end = from;
        while (end < lines.size() && !lines.get(end).startsWith("$ ")) {
            end++;
        }
        return lines.subList(from, end).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .toList();
    }

    private static TranscriptStep parseStep(int line, String command, List<String> rest) {
        var input = new StringBuilder();
        var out = new ArrayList<String>();
        var err = new ArrayList<String>();
        var exit = 0;
        for (var next : rest) {
            switch (next.length() > 1 ? next.substring(0, 2) : "") {
                case "< " -> input.append(next.substring(2)).append('\n');
                case "! " -> err.add(next.substring(2));
                case "? " -> exit = Integer.parseInt(next.substring(2).strip());
                default -> out.add(next);
            }
        }
        return new TranscriptStep(line, command, input.toString(), out, err, exit);
    }

    /** As a shell would split it; quotes of both kinds, nothing else. */
    private static List<String> splitWords(String command) {
        var words = new ArrayList<String>();
        var matcher = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(command);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return words;
    }
}
