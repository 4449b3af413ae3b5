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

/** Calls the appliance's API and turns each error response into a {@link CommandFailure}. */
final class AdminApiClient {
    private static final int PAGE_SIZE = 500;
    private static final int MAX_PAGES = 200;

    private final ApiEndpoint endpoint;
    private final SimpleHttpClient http;
    private final @Nullable String token;

    AdminApiClient(ApiEndpoint place, @Nullable String token) {
        this.endpoint = place;
        this.http = new SimpleHttpClient(place);
        this.token = token;
    }

    JsonValue get(ApiPath target) {
        return exchange("GET", target, null);
    }

    JsonValue post(ApiPath target, JsonValue body) {
        return exchange("POST", target, body);
    }

    JsonValue delete(ApiPath target) {
        return exchange("DELETE", target, null);
    }

    /** All pages of a list, as one {@code {"items": […]}}. */
    JsonValue getAllPages(ApiPath target) {
        var items = new ArrayList<@Nullable Object>();
        String after = null;
        for (var page = 0; page < MAX_PAGES; page++) {
            var answer = get(target.withQuery("limit", PAGE_SIZE).withQuery("after", after));
            answer.list("items").forEach(item -> items.add(item.value()));
            after = answer.has("next") ? answer.text("next") : null;
            if (after == null) {
                break;
            }
        }
        return JsonValue.object().with("items", List.copyOf(items));
    }

    /** Sends bytes unchanged; the caller wipes them. */
    JsonValue put(ApiPath target, byte[] body) {
        try (var reply = send("PUT", target, "application/octet-stream", body)) {
            return reply.json();
        }
    }

    /** A response that is not JSON; close it to wipe its bytes. */
    BufferedHttpResponse getBytes(ApiPath target) {
        return send("GET", target, null, new byte[0]);
    }

    private JsonValue exchange(String method, ApiPath target, @Nullable JsonValue body) {
        var bytes = body == null ? new byte[0] : JsonPrinter.compact(body).getBytes(StandardCharsets.UTF_8);
        try (var reply = send(method, target, body == null ? null : "application/json", bytes)) {
            return reply.json();
        }
    }

    private BufferedHttpResponse send(String method, ApiPath target, @Nullable String type, byte[] body) {
        try {
            var reply = http.send(method, target.pathAndQuery(), headers(type), body);
            if (!reply.isSuccess()) {
                throw toFailure(reply);
            }
            return reply;
        } catch (ClosedByInterruptException e) {
            throw new CommandFailure(ExitCode.FAILED, "interrupted", "");
        } catch (IOException e) {
            throw unreachableFailure(e);
        }
    }

    private static CommandFailure toFailure(BufferedHttpResponse reply) {
        try (reply) {
            return CommandFailure.fromProblem(reply.status(), reply.json());
        } catch (CommandFailure notJson) {
            return CommandFailure.fromProblem(reply.status(), JsonValue.object());
        }
    }

    private Map<String, String> headers(@Nullable String type) {
        var head = new LinkedHashMap<String, String>();
        head.put("Accept", "application/json, application/problem+json, application/octet-stream");
        if (type != null) {
            head.put("Content-Type", type);
        }
        if (token != null) {
            // Checked here because a line break in it would end the header.
            if (!token.matches("[\\x21-\\x7e]{1,512}")) {
                throw new CommandFailure(
                        ExitCode.NOT_AUTHENTICATED,
                        "KRUXOS_USER_TOKEN is not a valid user token",
                        "a user token is one word and starts with krx_user_");
            }
            head.put("Authorization", "Bearer " + token);
        }
        return head;
    }

    private CommandFailure unreachableFailure(IOException cause) {
        var why = cause.getMessage();
        if (cause instanceof AccessDeniedException || (why != null && why.contains("Permission denied"))) {
            return new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "no permission to reach " + endpoint.name(),
                    "run the command as root or as the user that runs the appliance");
        }
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "no appliance responds at " + endpoint.name() + (why == null ? "" : " (" + why + ")"),
                switch (endpoint) {
                    case ApiEndpoint.AdminSocketEndpoint _ ->
                        "start it with: kruxos up   (another home: --home DIR or KRUXOS_HOME)";
                    case ApiEndpoint.PortEndpoint _ ->
                        "on the appliance's machine, kruxos status --home DIR prints its port";
                });
    }
}
