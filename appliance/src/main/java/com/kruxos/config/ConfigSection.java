package com.kruxos.config;

import com.kruxos.result.Durations;
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
final class ConfigSection {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?(B|KiB|MiB)?");

    private final String path;
    private final Map<?, ?> values;
    private final List<String> errors;
    private final Set<String> readKeys = new HashSet<>();

    ConfigSection(String path, Map<?, ?> values, List<String> errors) {
        this.path = path;
        this.values = values;
        this.errors = errors;
    }

    ConfigSection section(String key) {
        var value = take(key);
        if (value instanceof Map<?, ?> map) {
            return new ConfigSection(pathOf(key), map, errors);
        }
        if (value != null) {
            addError(key, "must be a mapping");
        }
        return new ConfigSection(pathOf(key), Map.of(), errors);
    }

    List<ConfigSection> sections(String key) {
        var value = take(key);
        var sections = new ArrayList<ConfigSection>();
        if (value instanceof List<?> list) {
            for (var i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Map<?, ?> map) {
                    sections.add(new ConfigSection(pathOf(key) + "[" + i + "]", map, errors));
                } else {
                    addError(key + "[" + i + "]", "must be a mapping");
                }
            }
        } else if (value != null) {
            addError(key, "must be a list");
        }
        return sections;
    }

    Set<String> strings(String key) {
        var value = take(key);
        var strings = new HashSet<String>();
        if (value instanceof List<?> list) {
            for (var element : list) {
                if (element instanceof String text && SecretHeuristics.isHarmlessValue(text)) {
                    strings.add(text);
                } else {
                    addError(key, "must be a list of strings");
                }
            }
        } else if (value != null) {
            addError(key, "must be a list of strings");
        }
        return strings;
    }

    String string(String key, String defaultValue) {
        return read(key, defaultValue, "a string", value -> value instanceof String text ? text : null);
    }

    boolean flag(String key, boolean defaultValue) {
        return read(key, defaultValue, "true or false", value -> value instanceof Boolean flag ? flag : null);
    }

    int number(String key, int defaultValue, int min, int max) {
        return read(
                key,
                defaultValue,
                "a number from " + min + " to " + max,
                value -> value instanceof Integer number && number >= min && number <= max ? number : null);
    }

    int size(String key, int defaultValue, int min, int max) {
        return read(key, defaultValue, "a size such as 8MiB, at most " + (max >> 20) + "MiB", value -> {
            var bytes = parseBytes(String.valueOf(value));
            return bytes >= min && bytes <= max ? (int) bytes : null;
        });
    }

    Duration duration(String key, Duration defaultValue, Duration max) {
        return read(key, defaultValue, "a duration such as 60s or 5m, at most " + max.toMinutes() + "m", value -> {
            var duration = Durations.parse(String.valueOf(value)).orElse(Duration.ZERO);
            return duration.isPositive() && duration.compareTo(max) <= 0 ? duration : null;
        });
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Adds an error for each setting that was never read. Called last. */
    void rejectUnreadKeys() {
        for (var key : values.keySet()) {
            var name = String.valueOf(key);
            if (readKeys.contains(name)) {
                continue;
            }
            if (SecretHeuristics.isSecretName(name)) {
                addError(name, "looks like a secret: store it with `kruxos secret put`, not in this file");
            } else {
                var suggestion = Suggestions.closest(name, readKeys);
                addError(name, "is not a setting" + (suggestion == null ? "" : "; did you mean " + suggestion + "?"));
            }
        }
    }

    void addError(String key, String reason) {
        errors.add(pathOf(key) + ": " + reason);
    }

    private <T> T read(String key, T defaultValue, String expected, Function<Object, @Nullable T> reader) {
        var value = take(key);
        if (value == null) {
            return defaultValue;
        }
        if (value instanceof String text && !SecretHeuristics.isHarmlessValue(text)) {
            addError(key, "looks like a secret: store it with `kruxos secret put`, not in this file");
            return defaultValue;
        }
        var read = reader.apply(value);
        if (read == null) {
            addError(key, "must be " + expected);
            return defaultValue;
        }
        return read;
    }

    private @Nullable Object take(String key) {
        readKeys.add(key);
        return values.get(key);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static long parseBytes(String text) {
        var match = SIZE.matcher(text);
        if (!match.matches()) {
            return -1;
        }
        var unit = match.group(2);
        var factor = "MiB".equals(unit) ? 1L << 20 : "KiB".equals(unit) ? 1L << 10 : 1L;
        return Long.parseLong(match.group(1)) * factor;
    }
}
