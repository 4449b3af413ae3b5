package com.kruxos.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a leaf says, read from its bytes after checking that they are a leaf: exactly the members allowed, none null.
 */
final class LeafReader {
    private static final Set<String> NEEDED =
            Set.of("action", "details", "kind", "outcome", "principal", "seq", "time");
    private static final Set<String> ALLOWED = and(NEEDED, "decision", "previous", "session", "space", "target");
    private static final Set<String> PRINCIPAL_NEEDED = Set.of("id", "name", "origin", "type");
    private static final Set<String> PRINCIPAL_ALLOWED = and(PRINCIPAL_NEEDED, "via");
    private static final Set<String> DECISION = Set.of("rule", "tier");
    private static final Set<String> TYPES =
            Stream.of(Principal.Type.values()).map(Principal.Type::word).collect(Collectors.toSet());
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Map<String, Object> members;
    private final Map<String, Object> principal;
    private final Map<String, Object> details;

    private LeafReader(byte[] leaf) throws NotCanonical {
        if (leaf.length > LeafWriter.MOST) {
            throw new NotCanonical("the leaf is longer than " + LeafWriter.MOST + " bytes");
        }
        members = CanonicalReader.read(leaf);
        names("the leaf", members, NEEDED, ALLOWED);
        for (var name : List.of("action", "kind", "outcome", "session", "space", "target")) {
            string(members, name);
        }
        principal = object("principal");
        names("principal", principal, PRINCIPAL_NEEDED, PRINCIPAL_ALLOWED);
        for (var name : PRINCIPAL_ALLOWED) {
            string(principal, name);
        }
        decision();
        details = object("details");
        require(members.get("seq") instanceof Long seq && seq > 0, "seq is not a positive integer");
        require(TYPES.contains(text(principal, "type")), "there is no such type of principal");
        require(members.get("time") instanceof String time && TIME.matcher(time).matches(), "time is malformed");
        require(
                !members.containsKey("previous")
                        || HASH.matcher(text(members, "previous")).matches(),
                "previous is malformed");
    }

    static LeafReader read(byte[] leaf) throws NotCanonical {
        return new LeafReader(leaf);
    }

    long seq() {
        return (Long) members.getOrDefault("seq", 0L);
    }

    /** The chain this leaf belongs to. */
    String principal() {
        return text(principal, "type") + ":" + id();
    }

    Principal.Type type() {
        return Principal.Type.valueOf(text(principal, "type").toUpperCase(Locale.ROOT));
    }

    String id() {
        return text(principal, "id");
    }

    /** What was recorded, but for number, time and chain. */
    Entry entry() throws NotCanonical {
        var who = new Principal(
                type(), id(), text(principal, "name"), text(principal, "origin"), (String) principal.get("via"));
        var said = members.containsKey("decision") ? object("decision") : null;
        return new Entry(
                kind(),
                who,
                space(),
                session(),
                action(),
                target(),
                text(members, "outcome"),
                said == null ? null : new Decided(text(said, "tier"), text(said, "rule")),
                Details.of(details));
    }

    /** Whether it announces something that another record will close. */
    boolean opens() {
        return text(members, "outcome").equals(Entry.OPEN);
    }

    /** The number of the record it closes; 0 when it closes none. */
    long closes() {
        return details.get(Details.OPENED) instanceof Long opened ? opened : 0;
    }

    String kind() {
        return text(members, "kind");
    }

    String action() {
        return text(members, "action");
    }

    @Nullable
    String session() {
        return (String) members.get("session");
    }

    @Nullable
    String space() {
        return (String) members.get("space");
    }

    @Nullable
    String target() {
        return (String) members.get("target");
    }

    /** Hash of the last leaf of the same principal, in hex; null in its first. */
    @Nullable
    String previous() {
        return (String) members.get("previous");
    }

    private void decision() throws NotCanonical {
        if (members.containsKey("decision")) {
            var decision = object("decision");
            names("decision", decision, DECISION, DECISION);
            for (var name : DECISION) {
                string(decision, name);
            }
        }
    }

    @SuppressWarnings("unchecked") // the reader makes no other maps
    private Map<String, Object> object(String name) throws NotCanonical {
        if (members.get(name) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw new NotCanonical(name + " is not an object");
    }

    private static void names(String what, Map<String, Object> object, Set<String> needed, Set<String> allowed)
            throws NotCanonical {
        require(object.keySet().containsAll(needed), what + " lacks a member");
        require(allowed.containsAll(object.keySet()), what + " has a member that is not its own");
    }

    private static void string(Map<String, Object> object, String name) throws NotCanonical {
        require(!object.containsKey(name) || object.get(name) instanceof String, name + " is not a string");
    }

    private static String text(Map<String, Object> object, String name) {
        return object.get(name) instanceof String text ? text : "";
    }

    private static void require(boolean holds, String otherwise) throws NotCanonical {
        if (!holds) {
            throw new NotCanonical(otherwise);
        }
    }

    private static Set<String> and(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
}
