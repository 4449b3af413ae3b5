package com.kruxos.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a leaf after checking that its bytes are one: exactly the members allowed, none null. */
final class LeafReader {
    private static final Set<String> REQUIRED =
            Set.of("action", "details", "kind", "outcome", "principal", "seq", "time");
    private static final Set<String> ALLOWED = union(REQUIRED, "decision", "previous", "session", "space", "target");
    private static final Set<String> PRINCIPAL_REQUIRED = Set.of("id", "name", "origin", "type");
    private static final Set<String> PRINCIPAL_ALLOWED = union(PRINCIPAL_REQUIRED, "via");
    private static final Set<String> DECISION_MEMBERS = Set.of("rule", "tier");
    private static final Set<String> TYPES = Stream.of(AuditPrincipal.PrincipalType.values())
            .map(AuditPrincipal.PrincipalType::text)
            .collect(Collectors.toSet());
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Map<String, Object> members;
    private final Map<String, Object> principal;
    private final Map<String, Object> details;

    private LeafReader(byte[] leaf) throws MalformedLeaf {
        if (leaf.length > LeafWriter.MAX_BYTES) {
            throw new MalformedLeaf("the leaf is longer than " + LeafWriter.MAX_BYTES + " bytes");
        }
        members = CanonicalJsonReader.read(leaf);
        checkMembers("the leaf", members, REQUIRED, ALLOWED);
        for (var name : List.of("action", "kind", "outcome", "session", "space", "target")) {
            checkString(members, name);
        }
        principal = object("principal");
        checkMembers("principal", principal, PRINCIPAL_REQUIRED, PRINCIPAL_ALLOWED);
        for (var name : PRINCIPAL_ALLOWED) {
            checkString(principal, name);
        }
        checkDecision();
        details = object("details");
        require(members.get("seq") instanceof Long seq && seq > 0, "seq is not a positive integer");
        require(TYPES.contains(textOrEmpty(principal, "type")), "there is no such type of principal");
        require(members.get("time") instanceof String time && TIME.matcher(time).matches(), "time is malformed");
        require(
                !members.containsKey("previous")
                        || HASH.matcher(textOrEmpty(members, "previous")).matches(),
                "previous is malformed");
    }

    static LeafReader read(byte[] leaf) throws MalformedLeaf {
        return new LeafReader(leaf);
    }

    long seq() {
        return (Long) members.getOrDefault("seq", 0L);
    }

    /** The name of the chain this leaf belongs to. */
    String principalKey() {
        return textOrEmpty(principal, "type") + ":" + principalId();
    }

    AuditPrincipal.PrincipalType principalType() {
        return AuditPrincipal.PrincipalType.valueOf(
                textOrEmpty(principal, "type").toUpperCase(Locale.ROOT));
    }

    String principalId() {
        return textOrEmpty(principal, "id");
    }

    /** The entry that was recorded: everything but sequence number, time and chain. */
    AuditEntry entry() throws MalformedLeaf {
        var who = new AuditPrincipal(
                principalType(),
                principalId(),
                textOrEmpty(principal, "name"),
                textOrEmpty(principal, "origin"),
                (String) principal.get("via"));
        var said = members.containsKey("decision") ? object("decision") : null;
        return new AuditEntry(
                kind(),
                who,
                space(),
                session(),
                action(),
                target(),
                textOrEmpty(members, "outcome"),
                said == null ? null : new RecordedDecision(textOrEmpty(said, "tier"), textOrEmpty(said, "rule")),
                Details.of(details));
    }

    boolean isIntent() {
        return textOrEmpty(members, "outcome").equals(AuditEntry.OPEN);
    }

    /** The sequence number of the intent it closes; 0 when it closes none. */
    long intentSeq() {
        return details.get(Details.OPENED) instanceof Long opened ? opened : 0;
    }

    String kind() {
        return textOrEmpty(members, "kind");
    }

    String action() {
        return textOrEmpty(members, "action");
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

    /** Hash of the previous leaf of the same principal, in hex; null in its first. */
    @Nullable
    String previous() {
        return (String) members.get("previous");
    }

    private void checkDecision() throws MalformedLeaf {
        if (members.containsKey("decision")) {
            var decision = object("decision");
            checkMembers("decision", decision, DECISION_MEMBERS, DECISION_MEMBERS);
            for (var name : DECISION_MEMBERS) {
                checkString(decision, name);
            }
        }
    }

    @SuppressWarnings("unchecked") // the reader creates no other maps
    private Map<String, Object> object(String name) throws MalformedLeaf {
        if (members.get(name) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw new MalformedLeaf(name + " is not an object");
    }

    private static void checkMembers(String what, Map<String, Object> object, Set<String> needed, Set<String> allowed)
            throws MalformedLeaf {
        require(object.keySet().containsAll(needed), what + " lacks a member");
        require(allowed.containsAll(object.keySet()), what + " has a member that is not its own");
    }

    private static void checkString(Map<String, Object> object, String name) throws MalformedLeaf {
        require(!object.containsKey(name) || object.get(name) instanceof String, name + " is not a string");
    }

    private static String textOrEmpty(Map<String, Object> object, String name) {
        return object.get(name) instanceof String text ? text : "";
    }

    private static void require(boolean holds, String otherwise) throws MalformedLeaf {
        if (!holds) {
            throw new MalformedLeaf(otherwise);
        }
    }

    private static Set<String> union(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
}
