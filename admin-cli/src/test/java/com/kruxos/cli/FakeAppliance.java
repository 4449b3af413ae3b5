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

    private final FakeHttp http;
    private final Map<String, Json> spaces = new LinkedHashMap<>();
    private final Map<String, Json> agents = new LinkedHashMap<>();
    private final Map<String, Json> tokens = new LinkedHashMap<>();
    private final Map<String, Json> operators = new LinkedHashMap<>();
    private final Map<String, Json> servers = new LinkedHashMap<>();
    private final Map<String, Json> secrets = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<Json> leaves = new ArrayList<>();
    private int ids;

    private FakeAppliance(Path home) {
        spaces.put(
                "default",
                made("spc", "default").with("agents", 0).with("servers", 0).with("secrets", 0));
        http = FakeHttp.on(home, this::answer);
    }

    static FakeAppliance on(Path home) {
        return new FakeAppliance(home);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private String answer(String request) {
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
            leaves.add(leaf(words[0].toLowerCase(Locale.ROOT) + " " + path));
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

    private static Json certificate() {
        return Json.object()
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
            case "GET" -> items(spaces.values());
            case "POST" -> {
                var name = json(body).text("name");
                yield spaces.containsKey(name)
                        ? problem(409, "there is a Space " + name + " already", "choose another name")
                        : keep(
                                spaces,
                                made("spc", name)
                                        .with("agents", 0)
                                        .with("servers", 0)
                                        .with("secrets", 0));
            }
            case "GET *" -> show(spaces, parts.get(1));
            case "DELETE *" ->
                forget(
                        spaces,
                        parts.get(1),
                        _ -> Json.object().with("deleted", Map.of("agents", 1, "servers", 0, "secrets", 2)));
            default -> problem(404, "no such route", "");
        };
    }

    private String agent(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> items(agents.values());
            case "POST" -> {
                var wanted = json(body);
                keep(
                        agents,
                        made("agt", wanted.text("name"))
                                .with("purpose", wanted.text("purpose"))
                                .with("space", "default")
                                .with("state", "active")
                                .with("expires", wanted.has("expires") ? wanted.text("expires") : null)
                                .with("keys", List.of(key()))
                                .with("sessions", 0));
                yield issued(Objects.requireNonNull(agents.get(wanted.text("name"))));
            }
            case "GET *" -> show(agents, parts.get(1));
            case "POST * rotate" -> change(agents, parts.get(1), agent -> agent, true);
            case "POST * revoke" ->
                change(
                        agents,
                        parts.get(1),
                        agent -> agent.with("state", "revoked").with("keys", List.of()),
                        false);
            case "POST * restore" ->
                change(
                        agents,
                        parts.get(1),
                        agent -> agent.with("state", "active").with("keys", List.of(key())),
                        true);
            case "POST * pause" -> change(agents, parts.get(1), agent -> agent.with("state", "paused"), false);
            case "POST * resume" -> change(agents, parts.get(1), agent -> agent.with("state", "active"), false);
            default -> problem(404, "no such route", "");
        };
    }

    private String token(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> items(tokens.values());
            case "POST" -> {
                var wanted = json(body);
                var secret = "krx_user_" + "Ab1_".repeat(10) + "Ab" + ++ids;
                var token = made("utk", wanted.text("label"))
                        .with("label", wanted.text("label"))
                        .with(
                                "scopes",
                                wanted.has("scopes") ? wanted.at("scopes").value() : List.of("read"))
                        .with("state", "active")
                        .with("secret", secret);
                tokens.put(token.text("id"), token);
                yield created(Json.object().with("user_token", token.value()).with("token", secret));
            }
            case "DELETE *" ->
                forget(tokens, parts.get(1), token -> Json.object().with("user_token", token.value()));
            default -> problem(404, "no such route", "");
        };
    }

    private String operator(String method, List<String> parts, String body, String token) {
        if (!token.isEmpty() && !method.equals("GET")) {
            return problem(
                    403,
                    "no user token may do this, whatever its scopes",
                    "do it on the machine itself, as root or as the user the appliance runs as");
        }
        return switch (route(method, parts)) {
            case "GET" -> items(operators.values());
            case "POST" -> {
                var name = json(body).text("name");
                if (operators.containsKey(name)) {
                    yield problem(409, "there is an operator named " + name + " already", "choose another name");
                }
                operators.put(name, made("opr", name).with("state", "invited").with("seats", 0));
                yield created(invited(name));
            }
            case "POST * reset-passphrase" ->
                operators.containsKey(parts.get(1)) ? ok(invited(parts.get(1))) : noOperator();
            case "DELETE *" ->
                operators.remove(parts.get(1)) == null
                        ? noOperator()
                        : ok(Json.object().with("seats_ended", 0));
            default -> problem(404, "no such route", "");
        };
    }

    private static String noOperator() {
        return problem(404, "there is no such operator", "kruxos operator list shows them");
    }

    private Json invited(String name) {
        return Json.object()
                .with("operator", Objects.requireNonNull(operators.get(name)).value())
                .with("welcome", "https://127.0.0.1:7800/welcome/")
                .with("expires", TIME)
                .with("code", "krx_invitation_" + "Ab1_".repeat(10) + "Ab" + ++ids);
    }

    private String server(String method, List<String> parts, String body) {
        return switch (route(method, parts)) {
            case "GET" -> items(servers.values());
            case "POST" -> keep(servers, server(json(body)));
            case "GET *" -> show(servers, parts.get(1));
            case "DELETE *" -> forget(servers, parts.get(1), server -> server);
            case "GET * tools" ->
                items(List.of(
                        Json.object().with("name", parts.get(1) + "__echo").with("description", "Says it again.")));
            case "GET * logs" -> items(List.of(Json.object().with("line", "ready\u001b[2J")));
            case "POST * enable" -> set(servers, parts.get(1), server -> server.with("enabled", true));
            case "POST * disable" -> set(servers, parts.get(1), server -> server.with("enabled", false));
            default -> problem(404, "no such route", "");
        };
    }

    private Json server(Json wanted) {
        return made("srv", wanted.text("name"))
                .with("space", "default")
                .with(
                        "command",
                        wanted.has("url") ? List.of() : wanted.at("command").value())
                .with("url", wanted.has("url") ? wanted.text("url") : null)
                .with("headers", wanted.at("headers").value())
                .with("env", wanted.at("env").value())
                .with("plain_env", wanted.at("plain_env").value())
                .with("grants", wanted.at("grants").value())
                .with("cwd", wanted.has("cwd") ? wanted.text("cwd") : null)
                .with("prefix", wanted.flag("prefix"))
                .with("enabled", true)
                .with(
                        "state",
                        Json.object().with("name", "stopped").with("tools", 0).value());
    }

    private String secret(String method, List<String> parts, String body) {
        var name = String.join("/", parts.subList(1, parts.size()));
        return switch (method) {
            case "PUT" -> put(name, body);
            case "DELETE" -> deleteSecrets(name);
            default -> parts.size() == 1 ? items(secrets.values()) : value(name);
        };
    }

    private String put(String name, String body) {
        if (body.length() < 8) {
            return problem(422, "the value has fewer than 8 bytes", "give --allow-short to keep it all the same");
        }
        var version = secrets.containsKey(name) ? 2 : 1;
        values.put(name, body);
        var secret = Json.object()
                .with("name", name)
                .with("version", version)
                .with("created", TIME)
                .with("updated", TIME)
                .with("used_by", List.of())
                .with("decrypts", true);
        secrets.put(name, secret);
        return ok(Json.object().with("name", name).with("version", version).with("recycled", List.of()));
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
                : ok(Json.object().with("deleted", gone.size()).with("note", "Backups made before still hold it."));
    }

    private String audit(List<String> parts) {
        return parts.size() > 1
                ? ok(Json.object()
                        .with("ok", true)
                        .with("records", leaves.size())
                        .with("head", "ab".repeat(32)))
                : items(leaves);
    }

    private Json leaf(String action) {
        return Json.object()
                .with("seq", leaves.size() + 1)
                .with("time", TIME)
                .with("kind", "admin.done")
                .with("principal", Map.of("type", "root", "id", "0", "name", "root", "origin", "admin.sock"))
                .with("action", action)
                .with("outcome", "done");
    }

    private static String session(String method, List<String> parts) {
        return switch (route(method, parts)) {
            case "GET" -> items(List.of(session()));
            case "DELETE *" ->
                session().text("id").equals(parts.get(1))
                        ? ok(session())
                        : problem(404, "there is no such session", "it may have ended by itself");
            default -> problem(404, "no such route", "");
        };
    }

    private static Json session() {
        return Json.object()
                .with("id", "ses_aaaaaaaaaaaaaaaa")
                .with("agent", "build-bot")
                .with("client", "demo/1.0")
                .with("origin", "127.0.0.1")
                .with("key_last_four", "cdef")
                .with("started", TIME)
                .with("calls", 3)
                .with("in_flight", 1);
    }

    private static Json status() {
        var check = Json.object()
                .with("name", "recovery")
                .with("state", "yellow")
                .with("detail", "there is no recovery slot")
                .with("hint", "add one");
        var advice = Json.object()
                .with("name", "key")
                .with("state", "advice")
                .with("detail", "it lies in a plain file")
                .with("hint", "keep a copy offline");
        return Json.object()
                .with("version", "0.1.0")
                .with("started", "2026-11-21T09:30:00Z")
                .with("home", "/var/lib/kruxos")
                .with(
                        "health",
                        Json.object()
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

    private static Json json(String body) {
        return Json.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private Json made(String kind, String name) {
        return Json.object()
                .with("id", kind + "_" + "abcdefgh2345" + String.format("%04d", ++ids))
                .with("name", name)
                .with("created", TIME);
    }

    private static Map<String, Object> key() {
        return Map.of("id", "key_aaaaaaaaaaaaaaaa", "last_four", "cdef", "created", TIME);
    }

    private static String keep(Map<String, Json> things, Json thing) {
        things.put(thing.text("name"), thing);
        return created(thing);
    }

    private static String show(Map<String, Json> things, String name) {
        var thing = things.get(name);
        return thing == null ? missing(name) : ok(thing);
    }

    private static String set(Map<String, Json> things, String name, UnaryOperator<Json> change) {
        var thing = things.computeIfPresent(name, (_, known) -> change.apply(known));
        return thing == null ? missing(name) : ok(thing);
    }

    private static String change(Map<String, Json> agents, String name, UnaryOperator<Json> change, boolean newKey) {
        var agent = agents.computeIfPresent(name, (_, known) -> change.apply(known));
        return agent == null
                ? missing(name)
                : newKey
                        ? issued(agent)
                        : ok(Json.object().with("agent", agent.value()).with("sessions_closed", 1));
    }

    private static String forget(Map<String, Json> things, String name, UnaryOperator<Json> answer) {
        var thing = things.remove(name);
        return thing == null ? missing(name) : ok(answer.apply(thing));
    }

    private static String issued(Json agent) {
        return created(Json.object().with("agent", agent.value()).with("key", KEY));
    }

    private static String items(Iterable<Json> things) {
        var items = new ArrayList<@Nullable Object>();
        things.forEach(thing -> items.add(thing.value()));
        return ok(Json.object().with("items", items));
    }

    private static String missing(String name) {
        return problem(404, "there is no " + name, "");
    }

    private static String ok(Json body) {
        return FakeHttp.json(200, JsonText.compact(body));
    }

    private static String created(Json body) {
        return FakeHttp.json(201, JsonText.compact(body));
    }

    private static String problem(int status, String detail, String hint) {
        return FakeHttp.json(
                status, JsonText.compact(Json.object().with("detail", detail).with("hint", hint)));
    }
}
