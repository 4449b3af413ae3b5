package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Our entry in a client's settings. Where and by which credential to connect is ours to say; other members somebody
 * added to the entry stay, unless they hold a key.
 */
public final class Entry {
    /** An agent's key, or any other credential of ours, in clear. */
    private static final Pattern KEY =
            Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|krx_[a-z]+_[A-Za-z0-9_-]{8,}");

    private static final Set<String> OURS_IN_JSON = Set.of(
            "type",
            "transport",
            "url",
            "serverUrl",
            "httpUrl",
            "headers",
            "headersHelper",
            "command",
            "args",
            "env",
            "envFile");
    private static final Set<String> OURS_IN_TOML = Set.of(
            "url",
            "bearer_token",
            "bearer_token_env_var",
            "http_headers",
            "env_http_headers",
            "http_headers_helper",
            "command",
            "args",
            "env",
            "env_vars");

    private final Client client;
    private final String name;
    private final Map<String, Object> members;
    private final Optional<Map<String, Object>> input;
    private final String note;

    private Entry(
            Client client, String name, Map<String, Object> members, Optional<Map<String, Object>> input, String note) {
        this.client = client;
        this.name = name;
        this.members = members;
        this.input = input;
        this.note = note;
    }

    public static Entry of(Client client, String name, Connection connection) {
        return new Entry(
                client, name, client.members(name, connection), client.input(name, connection), note(connection));
    }

    /** For taking it out: nothing needs to be known but its name. */
    public static Entry named(Client client, String name) {
        return new Entry(client, name, Map.of(), Optional.empty(), "");
    }

    /** The text with our entry in it; the same bytes when it is there already. */
    public byte[] putInto(byte[] text) {
        if (client == Client.CODEX) {
            var edit = new TomlEdit(text, path());
            edit.put(members, (key, line) -> OURS_IN_TOML.contains(key) || holdsKey(line), note);
            return edit.bytes();
        }
        var edit = new JsonEdit(text);
        if (edit.find(path()).map(span -> edit.raw(span).startsWith("{")).orElse(false)) {
            members.forEach((key, value) -> edit.put(at(key), value));
            edit.names(path()).stream()
                    .filter(key -> !members.containsKey(key) && mustGo(edit, key))
                    .forEach(key -> edit.remove(at(key)));
        } else {
            edit.put(path(), members);
        }
        input.ifPresent(wanted -> edit.putElement(List.of("inputs"), "id", wanted));
        return edit.bytes();
    }

    /** The text without our entry; the same bytes when there is none. */
    public byte[] removeFrom(byte[] text) {
        if (client == Client.CODEX) {
            var edit = new TomlEdit(text, path());
            edit.remove();
            return edit.bytes();
        }
        var edit = new JsonEdit(text);
        if (edit.remove(path()) && client == Client.VSCODE && !refersToInput(edit.bytes())) {
            edit.removeElement(List.of("inputs"), "id", Client.inputId(name));
        }
        return edit.bytes();
    }

    /** Whether somebody wrote a key of ours into the entry instead of its name. */
    public boolean holdsKey(byte[] text) {
        if (client == Client.CODEX) {
            return new TomlEdit(text, path()).raw().stream().anyMatch(Entry::holdsKey);
        }
        var edit = new JsonEdit(text);
        return edit.find(path()).map(edit::raw).map(Entry::holdsKey).orElse(false)
                || edit.element(List.of("inputs"), "id", Client.inputId(name))
                        .map(edit::raw)
                        .map(Entry::holdsKey)
                        .orElse(false);
    }

    /** A whole file with nothing but the entry. */
    public byte[] alone() {
        return putInto(new byte[0]);
    }

    /** The text with every key of ours hidden. */
    public static String hideKeys(String text) {
        return KEY.matcher(text).replaceAll("[hidden]");
    }

    private static boolean holdsKey(String text) {
        return KEY.matcher(text).find();
    }

    private boolean mustGo(JsonEdit edit, String key) {
        return OURS_IN_JSON.contains(key)
                || edit.find(at(key)).map(edit::raw).map(Entry::holdsKey).orElse(false);
    }

    private boolean refersToInput(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).contains("${input:" + Client.inputId(name) + "}");
    }

    private List<String> path() {
        return List.of(client.group(), name);
    }

    private List<String> at(String key) {
        return List.of(client.group(), name, key);
    }

    private static String note(Connection connection) {
        var whose = connection.agent().map(agent -> "the agent " + agent).orElse("an agent");
        return connection.byTicket()
                ? "KruxOS, as " + whose + "; the shim gets a ticket when it starts."
                : "KruxOS; the key of " + whose + " is in the variable " + connection.variable() + ".";
    }
}
