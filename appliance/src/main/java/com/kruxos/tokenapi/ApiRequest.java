package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Spaces;
import com.kruxos.web.http.ProblemException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A request that was let in: who asks, what its path and query name, and its body. */
final class ApiRequest {
    private final AuditPrincipal principal;
    private final Map<String, String> pathValues;
    private final Map<String, String> queryValues;
    private final Instant receivedAt;
    private final JsonBody body;
    private final byte[] bodyBytes;

    ApiRequest(
            AuditPrincipal who,
            Map<String, String> path,
            Map<String, String> query,
            Instant now,
            JsonBody body,
            byte[] octets) {
        this.principal = who;
        this.pathValues = path;
        this.queryValues = query;
        this.receivedAt = now;
        this.body = body;
        this.bodyBytes = octets;
    }

    AuditPrincipal principal() {
        return principal;
    }

    /** What stands in the path where the route has {@code {name}}. */
    String pathValue(String name) {
        return pathValues.getOrDefault(name, "");
    }

    /** The Space the question is about. */
    String space() {
        return query("space").orElse(Spaces.DEFAULT_NAME);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(queryValues.get(name));
    }

    OptionalLong queryNumber(String name, long most) {
        var text = queryValues.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        if (text.matches("\\d{1,18}") && Long.parseLong(text) <= most) {
            return OptionalLong.of(Long.parseLong(text));
        }
        throw ProblemException.invalid(name + " is not a number from 0 to " + most, "give one, in digits");
    }

    boolean queryFlag(String name) {
        return switch (query(name).orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ProblemException.invalid(name + " is neither true nor false", "give one of the two");
        };
    }

    /** When the request came. */
    Instant receivedAt() {
        return receivedAt;
    }

    JsonBody body() {
        return body;
    }

    /** The body as it came; wiped by the door when the request is over. */
    byte[] bodyBytes() {
        return bodyBytes;
    }
}
