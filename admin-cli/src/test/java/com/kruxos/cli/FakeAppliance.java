package com.kruxos.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The API as the contract describes it, over maps in memory: enough to try every command against. */
final class FakeAppliance implements Closeable {
    private static final String TIME = "2026-11-21T11:00:00.123Z";
    private static final String KEY = "0123456789abcdef".repeat(4);

    private final FakeHttpServer http;
    private final Map<String, JsonValue> spaces = new LinkedHashMap<>();
    private final Map<String, JsonValue> agents = new LinkedHashMap<>();
    private final Map<String, JsonValue> tokens = new LinkedHashMap<>();
    private final Map<String, JsonValue> operators = new LinkedHashMap<>();
    private final Map<String, JsonValue> servers = new LinkedHashMap<>();
    private final Map<String, JsonValue> secrets = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<JsonValue> auditRecords = new ArrayList<>();
    private int ids;

    private FakeAppliance(Path home) {
        spaces.put(
                "default",
                newItem("spc", "default").with("agents", 0).with("servers", 0).with("secrets", 0));
        http = FakeHttpServer.on(home, this::respond);
    }

    static FakeAppliance on(Path home) {
        return new FakeAppliance(home);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private String respond(String request) {
        var words = request.split(" ", 3);
        var path = words[1].split("\\?", 2)[0].substring("/api/v1/".length());
        var body = request.substring(request.indexOf("\r\n\r\n") + 4);
        var token = request.replaceAll("(?s).*\r\nAuthorization: Bearer ([^\r]*).*|.*", "$1");
        if (!token.isEmpty()
                && tokens.values().stream()
                        .noneMatch(known -> known.text("secret").equals(token))) {
            return problem(401, "not authenticated", "make a token with: kruxos user-token create");
        }
        if (!words[0].equals("GET")) {
            auditRecords.add(auditRecord(words[0].toLowerCase(Locale.ROOT) + " " + path));
        }
        var parts = Arrays.asList(path.split("/", -1));
        return switch (parts.getFirst()) {
            case "spaces" -> space(words[0], parts, body);
            case "agents" -> agent(words[0], parts, body);
            case "user-tokens" -> token(words[0], parts, body);
            case "operators" -> operator(words[0], parts, body, token);
            case "servers" -> server(words[0], parts, body);
            case "secrets" -> secret(words[0], parts, body);
            case "audit" -> audit(parts);
            case "sessions" -> session(words[0], parts);
            case "status" -> ok(status());
            case "certificate" -> ok(certificate());
            default -> problem(404, "no such route", "");
        };
    }

    private static JsonValue certificate() {
        return JsonValue.object()
                .with("fingerprint", "AB" + ":CD".repeat(31))
                .with("names", List.of("localhost", "127.0.0.1"))
                .with("begins", TIME)
                .with("ends", TIME)
                .with("file", "/var/lib/kruxos/tls/certificate.pem")
                .with("self_made", true)
                .with("pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    }

    private String space(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> listResponse(spaces.values());
            case "POST" -> {
                var name = json(body).text("name");
                yield spaces.containsKey(name)
                        ? problem(409, "there is a Space " + name + " already", "choose another name")
                        : store(
                                spaces,
                                newItem("spc", name)
                                        .with("agents", 0)
                                        .with("servers", 0)
                                        .with("secrets", 0));
            }
            case "GET *" -> find(spaces, parts.get(1));
            case "DELETE *" ->
                deleteItem(
                        spaces,
                        parts.get(1),
                        _ -> JsonValue.object().with("deleted", Map.of("agents", 1, "servers", 0, "secrets", 2)));
            default -> problem(404, "no such route", "");
        };
    }

    private String agent(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> listResponse(agents.values());
            case "POST" -> {
                var wanted = json(body);
                store(
                        agents,
                        newItem("agt", wanted.text("name"))
                                .with("purpose", wanted.text("purpose"))
                                .with("space", "default")
                                .with("state", "active")
                                .with("expires", wanted.has("expires") ? wanted.text("expires") : null)
                                .with("keys", List.of(key()))
                                .with("sessions", 0));
                yield withNewKey(Objects.requireNonNull(agents.get(wanted.text("name"))));
            }
            case "GET *" -> find(agents, parts.get(1));
            case "POST * rotate" -> updateItem(agents, parts.get(1), agent -> agent, true);
            case "POST * revoke" ->
                updateItem(
                        agents,
                        parts.get(1),
                        agent -> agent.with("state", "revoked").with("keys", List.of()),
                        false);
            case "POST * restore" ->
                updateItem(
                        agents,
                        parts.get(1),
                        agent -> agent.with("state", "active").with("keys", List.of(key())),
                        true);
            case "POST * pause" -> updateItem(agents, parts.get(1), agent -> agent.with("state", "paused"), false);
            case "POST * resume" -> updateItem(agents, parts.get(1), agent -> agent.with("state", "active"), false);
            default -> problem(404, "no such route", "");
        };
    }

    private String token(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> listResponse(tokens.values());
            case "POST" -> {
                var wanted = json(body);
                var secret = "krx_user_" + "Ab1_".repeat(10) + "Ab" + ++ids;
                var token = newItem("utk", wanted.text("label"))
                        .with("label", wanted.text("label"))
                        .with(
                                "scopes",
                                wanted.has("scopes") ? wanted.member("scopes").value() : List.of("read"))
                        .with("state", "active")
                        .with("secret", secret);
                tokens.put(token.text("id"), token);
                yield createdResponse(
                        JsonValue.object().with("user_token", token.value()).with("token", secret));
            }
            case "DELETE *" ->
                deleteItem(tokens, parts.get(1), token -> JsonValue.object().with("user_token", token.value()));
            default -> problem(404, "no such route", "");
        };
    }

    private String operator(String method, List<String> parts, String body, String token) {
        if (!token.isEmpty() && !method.equals("GET")) {
            return problem(
                    403,
                    "no user token allows this, whatever its scopes",
                    "run it on the machine itself, as root or as the user the appliance runs as");
        }
        return switch (route(method, parts)) {
            case "GET" -> listResponse(operators.values());
            case "POST" -> {
                var name = json(body).text("name");
                if (operators.containsKey(name)) {
                    yield problem(409, "there is an operator named " + name + " already", "choose another name");
                }
                operators.put(
                        name, newItem("opr", name).with("state", "invited").with("seats", 0));
                yield createdResponse(withInvitation(name));
            }
            case "POST * reset-passphrase" ->
                operators.containsKey(parts.get(1)) ? ok(withInvitation(parts.get(1))) : refuseWithoutOperator();
            case "DELETE *" ->
                operators.remove(parts.get(1)) == null
                        ? refuseWithoutOperator()
                        : ok(JsonValue.object().with("seats_ended", 0));
            default -> problem(404, "no such route", "");
        };
    }

    private static String refuseWithoutOperator() {
        return problem(404, "there is no such operator", "kruxos operator list shows them");
    }

    private JsonValue withInvitation(String name) {
        return JsonValue.object()
                .with("operator", Objects.requireNonNull(operators.get(name)).value())
                .with("welcome", "https://127.0.0.1:7800/welcome/")
                .with("expires", TIME)
                .with("code", "krx_invitation_" + "Ab1_".repeat(10) + "Ab" + ++ids);
    }

    private String server(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> listResponse(servers.values());
            case "POST" -> store(servers, server(json(body)));
            case "GET *" -> find(servers, parts.get(1));
            case "DELETE *" -> deleteItem(servers, parts.get(1), server -> server);
            case "GET * tools" ->
                listResponse(List.of(JsonValue.object()
                        .with("name", parts.get(1) + "__echo")
                        .with("description", "Says it again.")));
            case "GET * logs" -> listResponse(List.of(JsonValue.object().with("line", "ready\u001b[2J")));
            case "POST * enable" -> set(servers, parts.get(1), server -> server.with("enabled", true));
            case "POST * disable" -> set(servers, parts.get(1), server -> server.with("enabled", false));
            default -> problem(404, "no such route", "");
        };
    }

    private JsonValue server(JsonValue wanted) {
        return newItem("srv", wanted.text("name"))
                .with("space", "default")
                .with(
                        "command",
                        wanted.has("url") ? List.of() : wanted.member("command").value())
                .with("url", wanted.has("url") ? wanted.text("url") : null)
                .with("headers", wanted.member("headers").value())
                .with("env", wanted.member("env").value())
                .with("plain_env", wanted.member("plain_env").value())
                .with("grants", wanted.member("grants").value())
                .with("cwd", wanted.has("cwd") ? wanted.text("cwd") : null)
                .with("prefix", wanted.isTrue("prefix"))
                .with("enabled", true)
                .with(
                        "state",
                        JsonValue.object()
                                .with("name", "stopped")
                                .with("tools", 0)
                                .value());
    }

    private String secret(String method, List<String> parts, String body) {
        var name = String.join("/", parts.subList(1, parts.size()));
        return switch (method) {
            case "PUT" -> put(name, body);
            case "DELETE" -> deleteSecrets(name);
            default -> parts.size() == 1 ? listResponse(secrets.values()) : value(name);
        };
    }

    private String put(String name, String body) {
        if (body.length() < 8) {
            return problem(422, "the value has fewer than 8 bytes", "give --allow-short to keep it all the same");
        }
        var version = secrets.containsKey(name) ? 2 : 1;
        values.put(name, body);
        var secret = JsonValue.object()
                .with("name", name)
                .with("version", version)
                .with("created", TIME)
                .with("updated", TIME)
                .with("used_by", List.of())
                .with("decrypts", true);
        secrets.put(name, secret);
        return ok(JsonValue.object().with("name", name).with("version", version).with("recycled", List.of()));
    }

    private String value(String name) {
        var value = values.get(name);
        return value == null
                ? problem(404, "there is no secret " + name, "see: kruxos secret list")
                : "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n" + value;
    }

    private String deleteSecrets(String name) {
        var gone = secrets.keySet().stream()
                .filter(known -> name.endsWith("/") ? known.startsWith(name) : known.equals(name))
                .toList();
        gone.forEach(secrets::remove);
        gone.forEach(values::remove);
        return gone.isEmpty()
                ? problem(404, "there is no secret " + name, "see: kruxos secret list")
                : ok(JsonValue.object()
                        .with("deleted", gone.size())
                        .with("note", "Backups made before still hold it."));
    }

    private String audit(List<String> parts) {
        return parts.size() > 1
                ? ok(JsonValue.object()
                        .with("ok", true)
                        .with("records", auditRecords.size())
                        .with("head", "ab".repeat(32)))
                : listResponse(auditRecords);
    }

    private JsonValue auditRecord(String action) {
        return JsonValue.object()
                .with("seq", auditRecords.size() + 1)
                .with("time", TIME)
                .with("kind", "admin.done")
                .with("principal", Map.of("type", "root", "id", "0", "name", "root", "origin", "admin.sock"))
                .with("action", action)
                .with("outcome", "done");
    }

    private static String session(String method, List<String> parts) {
        return switch (route(method, parts)) {
            case "GET" -> listResponse(List.of(session()));
            case "DELETE *" ->
                session().text("id").equals(parts.get(1))
                        ? ok(session())
                        : problem(404, "there is no such session", "it may already have ended");
            default -> problem(404, "no such route", "");
        };
    }

    private static JsonValue session() {
        return JsonValue.object()
                .with("id", "ses_aaaaaaaaaaaaaaaa")
                .with("agent", "build-bot")
                .with("client", "demo/1.0")
                .with("origin", "127.0.0.1")
                .with("key_last_four", "cdef")
                .with("started", TIME)
                .with("calls", 3)
                .with("in_flight", 1);
    }

    private static JsonValue status() {
        var check = JsonValue.object()
                .with("name", "recovery")
                .with("state", "yellow")
                .with("detail", "there is no recovery slot")
                .with("hint", "add one");
        var advice = JsonValue.object()
                .with("name", "key")
                .with("state", "advice")
                .with("detail", "it is in a plain file")
                .with("hint", "keep a copy offline");
        return JsonValue.object()
                .with("version", "0.1.0")
                .with("started", "2026-11-21T09:30:00Z")
                .with("home", "/var/lib/kruxos")
                .with(
                        "health",
                        JsonValue.object()
                                .with("state", "yellow")
                                .with(
                                        "checks",
                                        List.of(
                                                Objects.requireNonNull(check.value()),
                                                Objects.requireNonNull(advice.value())))
                                .value())
                .with("ports", Map.of("mcp", 7700))
                .with("counts", Map.of("spaces", 1, "agents", 2, "servers", 1, "secrets", 3, "sessions", 0))
                .with("key", Map.of("kind", "age-file", "path", "/var/lib/kruxos/key.txt", "plain", true))
                .with("audit", Map.of("records", 1234, "head", "cd".repeat(32)));
    }

    /** The method and the shape of the path: {@code POST * rotate}. */
    private static String route(String method, List<String> parts) {
        return method + (parts.size() > 1 ? " *" : "") + (parts.size() > 2 ? " " + parts.get(2) : "");
    }

    private static JsonValue json(String body) {
        return JsonValue.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonValue newItem(String kind, String name) {
        return JsonValue.object()
                .with("id", kind + "_" + "abcdefgh2345" + String.format("%04d", ++ids))
                .with("name", name)
                .with("created", TIME);
    }

    private static Map<String, Object> key() {
        return Map.of("id", "key_aaaaaaaaaaaaaaaa", "last_four", "cdef", "created", TIME);
    }

    private static String store(Map<String, JsonValue> things, JsonValue thing) {
        things.put(thing.text("name"), thing);
        return createdResponse(thing);
    }

    private static String find(Map<String, JsonValue> things, String name) {
        var thing = things.get(name);
        return thing == null ? notFound(name) : ok(thing);
    }

    private static String set(Map<String, JsonValue> things, String name, UnaryOperator<JsonValue> change) {
        var thing = things.computeIfPresent(name, (_, known) -> change.apply(known));
        return thing == null ? notFound(name) : ok(thing);
    }

    private static String updateItem(
            Map<String, JsonValue> agents, String name, UnaryOperator<JsonValue> change, boolean newKey) {
        var agent = agents.computeIfPresent(name, (_, known) -> change.apply(known));
        return agent == null
                ? notFound(name)
                : newKey
                        ? withNewKey(agent)
                        : ok(JsonValue.object().with("agent", agent.value()).with("sessions_closed", 1));
    }

    private static String deleteItem(Map<String, JsonValue> things, String name, UnaryOperator<JsonValue> answer) {
        var thing = things.remove(name);
        return thing == null ? notFound(name) : ok(answer.apply(thing));
    }

    private static String withNewKey(JsonValue agent) {
        return createdResponse(JsonValue.object().with("agent", agent.value()).with("key", KEY));
    }

    private static String listResponse(Iterable<JsonValue> things) {
        var items = new ArrayList<@Nullable Object>();
        things.forEach(thing -> items.add(thing.value()));
        return ok(JsonValue.object().with("items", items));
    }

    private static String notFound(String name) {
        return problem(404, "there is no " + name, "");
    }

    private static String ok(JsonValue body) {
        return FakeHttpServer.jsonResponse(200, JsonPrinter.compact(body));
    }

    private static String createdResponse(JsonValue body) {
        return FakeHttpServer.jsonResponse(201, JsonPrinter.compact(body));
    }

    private static String problem(int status, String detail, String hint) {
        return FakeHttpServer.jsonResponse(
                status,
                JsonPrinter.compact(JsonValue.object().with("detail", detail).with("hint", hint)));
    }
}
