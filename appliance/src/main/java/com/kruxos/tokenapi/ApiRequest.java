package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Spaces;
import com.kruxos.web.http.ProblemException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An authorized request with its parsed path, query and body. */
final class ApiRequest {
    private final AuditPrincipal principal;
    private final Map<String, String> pathValues;
    private final Map<String, String> queryValues;
    private final Body body;
    private final Instant receivedAt;

    /** A class, because a record must not have a byte array. */
    static final class Body {
        private final JsonBody json;
        private final byte[] bytes;

        /** @param bytes wiped by the handler after the request */
        Body(JsonBody json, byte[] bytes) {
            this.json = json;
            this.bytes = bytes;
        }
    }

    ApiRequest(
            AuditPrincipal principal,
            Map<String, String> pathValues,
            Map<String, String> queryValues,
            Body body,
            Instant receivedAt) {
        this.principal = principal;
        this.pathValues = pathValues;
        this.queryValues = queryValues;
        this.body = body;
        this.receivedAt = receivedAt;
    }

    AuditPrincipal principal() {
        return principal;
    }

    /** The value of {@code {name}} in the path of the route. */
    String pathValue(String name) {
        return pathValues.getOrDefault(name, "");
    }

    /** The Space in the query. */
    String space() {
        return query("space").orElse(Spaces.DEFAULT_NAME);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(queryValues.get(name));
    }

    OptionalLong queryNumber(String name, long max) {
        var text = queryValues.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        if (text.matches("\\d{1,18}") && Long.parseLong(text) <= max) {
            return OptionalLong.of(Long.parseLong(text));
        }
        throw ProblemException.invalid(name + " is not a number from 0 to " + max, "send it in decimal digits");
    }

    boolean queryFlag(String name) {
        return switch (query(name).orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ProblemException.invalid(name + " is neither true nor false", "send true or false");
        };
    }

    JsonBody body() {
        return body.json;
    }

    byte[] bodyBytes() {
        return body.bytes;
    }

    Instant receivedAt() {
        return receivedAt;
    }
}
