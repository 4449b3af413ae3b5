package com.kruxos.cli;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The appliance's API: asks, and turns every answer that is not a success into {@link Failed}. */
final class Api {
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 200;

    private final Place place;
    private final Http http;
    private final @Nullable String token;

    Api(Place place, @Nullable String token) {
        this.place = place;
        this.http = new Http(place);
        this.token = token;
    }

    Json get(Target target) {
        return ask("GET", target, null);
    }

    Json post(Target target, Json body) {
        return ask("POST", target, body);
    }

    Json delete(Target target) {
        return ask("DELETE", target, null);
    }

    /** Every page of a list, as one {@code {"items": […]}}. */
    Json all(Target target) {
        var items = new ArrayList<@Nullable Object>();
        String after = null;
        for (var page = 0; page < MOST_PAGES; page++) {
            var answer = get(target.with("limit", PAGE).with("after", after));
            answer.list("items").forEach(item -> items.add(item.value()));
            after = answer.has("next") ? answer.text("next") : null;
            if (after == null) {
                break;
            }
        }
        return Json.object().with("items", List.copyOf(items));
    }

    /** Sends bytes as they are; the caller wipes them. */
    Json put(Target target, byte[] body) {
        try (var reply = send("PUT", target, "application/octet-stream", body)) {
            return reply.json();
        }
    }

    /** An answer that is not JSON, as bytes; close it to wipe them. */
    Reply bytes(Target target) {
        return send("GET", target, null, new byte[0]);
    }

    private Json ask(String method, Target target, @Nullable Json body) {
        var bytes = body == null ? new byte[0] : JsonText.compact(body).getBytes(StandardCharsets.UTF_8);
        try (var reply = send(method, target, body == null ? null : "application/json", bytes)) {
            return reply.json();
        }
    }

    private Reply send(String method, Target target, @Nullable String type, byte[] body) {
        try {
            var reply = http.send(method, target.text(), head(type), body);
            if (!reply.ok()) {
                throw refusal(reply);
            }
            return reply;
        } catch (ClosedByInterruptException e) {
            throw new Failed(Exit.FAILED, "interrupted", "");
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static Failed refusal(Reply reply) {
        try (reply) {
            return Failed.problem(reply.status(), reply.json());
        } catch (Failed notJson) {
            return Failed.problem(reply.status(), Json.object());
        }
    }

    private Map<String, String> head(@Nullable String type) {
        var head = new LinkedHashMap<String, String>();
        head.put("Accept", "application/json, application/problem+json, application/octet-stream");
        if (type != null) {
            head.put("Content-Type", type);
        }
        if (token != null) {
            // Checked here because a line break in it would end the header.
            if (!token.matches("[\\x21-\\x7e]{1,512}")) {
                throw new Failed(
                        Exit.NOT_AUTHENTICATED,
                        "KRUXOS_USER_TOKEN does not hold a user token",
                        "a user token is one word that begins with krx_user_");
            }
            head.put("Authorization", "Bearer " + token);
        }
        return head;
    }

    private Failed unreachable(IOException cause) {
        var why = cause.getMessage();
        if (cause instanceof AccessDeniedException || (why != null && why.contains("Permission denied"))) {
            return new Failed(
                    Exit.UNREACHABLE,
                    "no permission to reach " + place.name(),
                    "run it as root or as the user the appliance runs as");
        }
        return new Failed(
                Exit.UNREACHABLE,
                "no appliance answers at " + place.name() + (why == null ? "" : " (" + why + ")"),
                switch (place) {
                    case Place.Socket _ -> "start it with: kruxos up   (another home: --home DIR or KRUXOS_HOME)";
                    case Place.Port _ -> "kruxos status --home DIR says which port it has, where it runs";
                });
    }
}
