package com.kruxos.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands and options there are, as {@code commands.txt} lists them. */
final class DocumentedCommands {
    private static final String EVERYWHERE = "*";

    /** A command line in a fence, or in a line's code; what follows it there is not its. */
    private static final Pattern FENCED =
            Pattern.compile("(?:^\\s*|\\$\\(|[|&;]\\s|sudo )(?:\\./)?kruxos (?=\\S)([^#|)]*)");

    private static final Pattern IN_LINE = Pattern.compile("`(?:\\./)?kruxos (?=\\S)([^`]*)`");

    private final Map<String, Set<String>> options = new HashMap<>();

    DocumentedCommands(String text) {
        for (var line : text.lines().toList()) {
            var parts = line.split(": ?", 2);
            if (parts.length == 2 && !line.startsWith("#")) {
                options.put(parts[0], new TreeSet<>(List.of(parts[1].split(" "))));
            }
        }
        var everywhere = options.getOrDefault(EVERYWHERE, Set.of());
        options.values().stream().filter(known -> known.remove(EVERYWHERE)).forEach(known -> known.addAll(everywhere));
    }

    /** Everything wrong with the command lines of a page. */
    List<String> faults(MarkdownPage page) {
        var faults = new ArrayList<String>();
        for (var line : page.lines()) {
            line.find(line.fenced() ? FENCED : IN_LINE)
                    .forEach(found ->
                            fault(found.group(1).strip()).ifPresent(fault -> faults.add(page.at(line) + fault)));
        }
        return faults;
    }

    private Optional<String> fault(String written) {
        var words = List.of(written.split("\\s+"));
        var command = command(words);
        if (command == null) {
            return Optional.of("no command: kruxos " + written);
        }
        for (var word : words) {
            if (word.equals("--")) {
                break;
            }
            var option = word.replaceFirst("=.*", "");
            if (option.startsWith("-")
                    && !options.getOrDefault(command, Set.of()).contains(option)) {
                return Optional.of("kruxos " + command + " has no option " + option);
            }
        }
        return Optional.empty();
    }

    /** The command the words name; absent when there is none. */
    private @Nullable String command(List<String> words) {
        var first = words.getFirst();
        if (first.startsWith("-")) {
            return EVERYWHERE;
        }
        var group = options.keySet().stream().anyMatch(known -> known.startsWith(first + " "));
        var named = words.size() > 1 && !words.get(1).startsWith("-");
        var command = group && named ? first + " " + words.get(1) : first;
        return options.containsKey(command) ? command : null;
    }
}
