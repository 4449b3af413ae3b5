package com.kruxos.config;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Parses one YAML 1.2 document to maps, lists, strings, numbers, booleans and null. It is built on the events of the
 * library, because the library's own loader recurses without a limit. Aliases and duplicate keys are refused.
 */
final class Yaml {
    private static final int MAX_DEPTH = 32;

    private final ScalarResolver resolver = new CoreSchema().getScalarResolver();
    private final Iterator<Event> events;

    private Yaml(Iterator<Event> events) {
        this.events = events;
    }

    /** A syntax error or an unsupported feature, with its line from 1 on; 0 if the line is unknown. */
    static final class InvalidYaml extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        private InvalidYaml(String reason, Optional<Mark> mark) {
            super(reason);
            line = mark.map(Mark::getLine).orElse(-1) + 1;
        }

        int line() {
            return line;
        }
    }

    /** Returns null for an empty document. */
    static @Nullable Object read(byte[] bytes) throws InvalidYaml {
        try {
            var settings = LoadSettings.builder().build();
            return new Yaml(new Parse(settings)
                            .parseInputStream(new ByteArrayInputStream(bytes))
                            .iterator())
                    .document();
        } catch (MarkedYamlEngineException e) {
            throw new InvalidYaml("", e.getProblemMark());
        } catch (YamlEngineException e) {
            throw new InvalidYaml("", Optional.empty());
        }
    }

    private @Nullable Object document() throws InvalidYaml {
        events.next(); // the stream begins
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            return null;
        }
        var content = value(events.next(), 0);
        events.next(); // the document ends
        var end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw new InvalidYaml("more than one document", end.getStartMark());
        }
        return content;
    }

    private @Nullable Object value(Event event, int depth) throws InvalidYaml {
        if (depth > MAX_DEPTH) {
            throw new InvalidYaml("nested too deeply", event.getStartMark());
        }
        return switch (event.getEventId()) { // by id: a switch over types would be linked at each start
            case Scalar -> scalar((ScalarEvent) event);
            case SequenceStart -> list(depth);
            case MappingStart -> map(depth);
            case Alias -> throw new InvalidYaml("aliases are not supported", event.getStartMark());
            default -> throw new InvalidYaml("", event.getStartMark());
        };
    }

    private List<@Nullable Object> list(int depth) throws InvalidYaml {
        var list = new ArrayList<@Nullable Object>();
        for (var next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            list.add(value(next, depth + 1));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(int depth) throws InvalidYaml {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            if (!(next instanceof ScalarEvent key)) {
                throw new InvalidYaml("a key must be a scalar", next.getStartMark());
            }
            if (map.containsKey(key.getValue())) {
                throw new InvalidYaml("a duplicate key", key.getStartMark());
            }
            map.put(key.getValue(), value(events.next(), depth + 1));
        }
        return map;
    }

    private @Nullable Object scalar(ScalarEvent scalar) throws InvalidYaml {
        var text = scalar.getValue();
        var tag = scalar.getTag()
                .map(Tag::new)
                .orElseGet(() ->
                        resolver.resolve(text, scalar.getImplicit().canOmitTagInPlainScalar() && scalar.isPlain()));
        try {
            if (tag.equals(Tag.STR)) {
                return text;
            } else if (tag.equals(Tag.NULL)) {
                return null;
            } else if (tag.equals(Tag.BOOL)) {
                return Boolean.valueOf(text.toLowerCase(Locale.ROOT));
            } else if (tag.equals(Tag.INT)) {
                return parseInteger(text);
            } else if (tag.equals(Tag.FLOAT)) {
                return text.contains(".inf") || text.contains(".nan") ? Double.NaN : new BigDecimal(text);
            }
        } catch (NumberFormatException e) {
            throw new InvalidYaml("not a valid number of its type", scalar.getStartMark());
        }
        throw new InvalidYaml("tags are not supported", scalar.getStartMark());
    }

    private static Number parseInteger(String text) {
        var number = text.startsWith("0o") ? Long.parseLong(text, 2, text.length(), 8) : parseLong(text);
        return number == (int) number ? (Number) (int) number : (Number) number;
    }

    /** Not {@link Long#decode}, which reads a leading zero as octal; YAML 1.2 writes octal numbers with 0o. */
    private static long parseLong(String text) {
        return text.startsWith("0x") ? Long.parseLong(text, 2, text.length(), 16) : Long.parseLong(text);
    }
}
