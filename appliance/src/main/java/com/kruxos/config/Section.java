package com.kruxos.config;

import com.kruxos.result.Suggestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A mapping of the file. Each known setting is read by name; a setting that was never read is an error. */
final class Section {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?(B|KiB|MiB)?");
    private static final Pattern SPAN = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h)");

    private final String path;
    private final Map<?, ?> values;
    private final List<String> faults;
    private final Set<String> asked = new HashSet<>();

    Section(String path, Map<?, ?> values, List<String> faults) {
        this.path = path;
        this.values = values;
        this.faults = faults;
    }

    Section section(String key) {
        var value = take(key);
        if (value instanceof Map<?, ?> map) {
            return new Section(at(key), map, faults);
        }
        if (value != null) {
            fault(key, "must be a mapping");
        }
        return new Section(at(key), Map.of(), faults);
    }

    List<Section> sections(String key) {
        var value = take(key);
        var sections = new ArrayList<Section>();
        if (value instanceof List<?> list) {
            for (var i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Map<?, ?> map) {
                    sections.add(new Section(at(key) + "[" + i + "]", map, faults));
                } else {
                    fault(key + "[" + i + "]", "must be a mapping");
                }
            }
        } else if (value != null) {
            fault(key, "must be a list");
        }
        return sections;
    }

    Set<String> words(String key) {
        var value = take(key);
        var words = new HashSet<String>();
        if (value instanceof List<?> list) {
            for (var word : list) {
                if (word instanceof String text && Secrets.harmless(text)) {
                    words.add(text);
                } else {
                    fault(key, "must be a list of strings");
                }
            }
        } else if (value != null) {
            fault(key, "must be a list of strings");
        }
        return words;
    }

    String word(String key, String otherwise) {
        return read(key, otherwise, "a string", value -> value instanceof String text ? text : null);
    }

    boolean flag(String key, boolean otherwise) {
        return read(key, otherwise, "true or false", value -> value instanceof Boolean flag ? flag : null);
    }

    int number(String key, int otherwise, int least, int most) {
        return read(
                key,
                otherwise,
                "a number from " + least + " to " + most,
                value -> value instanceof Integer number && number >= least && number <= most ? number : null);
    }

    int size(String key, int otherwise, int least, int most) {
        return read(key, otherwise, "a size such as 8MiB, at most " + (most >> 20) + "MiB", value -> {
            var bytes = bytes(String.valueOf(value));
            return bytes >= least && bytes <= most ? (int) bytes : null;
        });
    }

    Duration span(String key, Duration otherwise, Duration most) {
        return read(key, otherwise, "a duration such as 60s or 5m, at most " + most.toMinutes() + "m", value -> {
            var span = span(String.valueOf(value));
            return span != null && span.isPositive() && span.compareTo(most) <= 0 ? span : null;
        });
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Adds an error for each setting that was never read. Called last. */
    void done() {
        for (var key : values.keySet()) {
            var name = String.valueOf(key);
            if (asked.contains(name)) {
                continue;
            }
            if (Secrets.name(name)) {
                fault(name, "looks like a secret: store it with `kruxos secret put`, not in this file");
            } else {
                var near = Suggestions.closest(name, asked);
                fault(name, "is not a setting" + (near == null ? "" : "; did you mean " + near + "?"));
            }
        }
    }

    void fault(String key, String reason) {
        faults.add(at(key) + ": " + reason);
    }

    private <T> T read(String key, T otherwise, String wanted, Function<Object, @Nullable T> reader) {
        var value = take(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text && !Secrets.harmless(text)) {
            fault(key, "looks like a secret: store it with `kruxos secret put`, not in this file");
            return otherwise;
        }
        var read = reader.apply(value);
        if (read == null) {
            fault(key, "must be " + wanted);
            return otherwise;
        }
        return read;
    }

    private @Nullable Object take(String key) {
        asked.add(key);
        return values.get(key);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static long bytes(String text) {
        var match = SIZE.matcher(text);
        if (!match.matches()) {
            return -1;
        }
        var unit = match.group(2);
        var factor = "MiB".equals(unit) ? 1L << 20 : "KiB".equals(unit) ? 1L << 10 : 1L;
        return Long.parseLong(match.group(1)) * factor;
    }

    private static @Nullable Duration span(String text) {
        var match = SPAN.matcher(text);
        if (!match.matches()) {
            return null;
        }
        var number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
