package com.kruxos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Command-line options of the commands that run in this process; the CLI handles all others. */
public final class ServerOptions {
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();
    private final List<String> words = new ArrayList<>();

    private ServerOptions() {}

    /** An invalid command line. */
    public static final class UsageError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UsageError(String message) {
            super(message);
        }
    }

    /**
     * Parses a command line.
     *
     * @param valued options that take a value, as {@code --name value} or {@code --name=value}
     * @param plain options that take none
     */
    public static ServerOptions parse(String[] arguments, Set<String> valued, Set<String> plain) {
        var options = new ServerOptions();
        for (var i = 0; i < arguments.length; i++) {
            var word = arguments[i];
            var equals = word.indexOf('=');
            var name = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
            if (!word.startsWith("-")) {
                options.words.add(word);
            } else if (valued.contains(name) && equals > 0) {
                options.values.put(name, word.substring(equals + 1));
            } else if (valued.contains(name) && i + 1 < arguments.length) {
                options.values.put(name, arguments[++i]);
            } else if (plain.contains(word)) {
                options.flags.add(word);
            } else {
                throw new UsageError(valued.contains(name) ? name + " needs a value" : "unknown option " + name);
            }
        }
        return options;
    }

    public @Nullable String value(String name) {
        return values.get(name);
    }

    public boolean has(String flag) {
        return flags.contains(flag);
    }

    public List<String> arguments() {
        return List.copyOf(words);
    }

    /** An integer between {@code min} and {@code max}; {@code absent} if the option is missing. */
    public int number(String name, int absent, int min, int max) {
        var text = values.get(name);
        if (text == null) {
            return absent;
        }
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the bounds.
        }
        throw new UsageError(name + " takes a number from " + min + " to " + max);
    }
}
