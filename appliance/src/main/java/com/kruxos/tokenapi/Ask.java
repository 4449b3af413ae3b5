package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Spaces;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A request that was let in: who asks, what its path and query name, and its body. */
final class Ask {
    private final AuditPrincipal who;
    private final Map<String, String> path;
    private final Map<String, String> query;
    private final Instant now;
    private final Body body;
    private final byte[] octets;

    Ask(
            AuditPrincipal who,
            Map<String, String> path,
            Map<String, String> query,
            Instant now,
            Body body,
            byte[] octets) {
        this.who = who;
        this.path = path;
        this.query = query;
        this.now = now;
        this.body = body;
        this.octets = octets;
    }

    AuditPrincipal who() {
        return who;
    }

    /** What stands in the path where the route has {@code {name}}. */
    String path(String name) {
        return path.getOrDefault(name, "");
    }

    /** The Space the question is about. */
    String space() {
        return query("space").orElse(Spaces.DEFAULT_NAME);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    OptionalLong number(String name, long most) {
        var text = query.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        if (text.matches("\\d{1,18}") && Long.parseLong(text) <= most) {
            return OptionalLong.of(Long.parseLong(text));
        }
        throw Unacceptable.invalid(name + " is not a number from 0 to " + most, "give one, in digits");
    }

    boolean flag(String name) {
        return switch (query(name).orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Unacceptable.invalid(name + " is neither true nor false", "give one of the two");
        };
    }

    /** When the request came. */
    Instant now() {
        return now;
    }

    Body body() {
        return body;
    }

    /** The body as it came; wiped by the door when the request is over. */
    byte[] octets() {
        return octets;
    }
}
