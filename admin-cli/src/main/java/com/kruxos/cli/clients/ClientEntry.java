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
public final class ClientEntry {
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

    private final ClientKind client;
    private final String name;
    private final Map<String, Object> members;
    private final Optional<Map<String, Object>> input;
    private final String comment;

    private ClientEntry(
            ClientKind client,
            String name,
            Map<String, Object> members,
            Optional<Map<String, Object>> input,
            String note) {
        this.client = client;
        this.name = name;
        this.members = members;
        this.input = input;
        this.comment = note;
    }

    public static ClientEntry of(ClientKind client, String name, EntrySpec connection) {
        return new ClientEntry(
                client,
                name,
                client.entryMembers(name, connection),
                client.promptInput(name, connection),
                entryComment(connection));
    }

    /** For taking it out: nothing needs to be known but its name. */
    public static ClientEntry forRemoval(ClientKind client, String name) {
        return new ClientEntry(client, name, Map.of(), Optional.empty(), "");
    }

    /** The text with our entry in it; the same bytes when it is there already. */
    public byte[] addTo(byte[] text) {
        if (client == ClientKind.CODEX) {
            var edit = new TomlEditor(text, memberPath());
            edit.put(members, (key, line) -> OURS_IN_TOML.contains(key) || containsKey(line), comment);
            return edit.bytes();
        }
        var edit = new JsonEditor(text);
        if (edit.find(memberPath()).map(span -> edit.raw(span).startsWith("{")).orElse(false)) {
            members.forEach((key, value) -> edit.put(memberPath(key), value));
            edit.names(memberPath()).stream()
                    .filter(key -> !members.containsKey(key) && isReplaced(edit, key))
                    .forEach(key -> edit.remove(memberPath(key)));
        } else {
            edit.put(memberPath(), members);
        }
        input.ifPresent(wanted -> edit.putArrayElement(List.of("inputs"), "id", wanted));
        return edit.bytes();
    }

    /** The text without our entry; the same bytes when there is none. */
    public byte[] removeFrom(byte[] text) {
        if (client == ClientKind.CODEX) {
            var edit = new TomlEditor(text, memberPath());
            edit.remove();
            return edit.bytes();
        }
        var edit = new JsonEditor(text);
        if (edit.remove(memberPath()) && client == ClientKind.VSCODE && !refersToInput(edit.bytes())) {
            edit.removeArrayElement(List.of("inputs"), "id", ClientKind.inputId(name));
        }
        return edit.bytes();
    }

    /** Whether somebody wrote a key of ours into the entry instead of its name. */
    public boolean containsKey(byte[] text) {
        if (client == ClientKind.CODEX) {
            return new TomlEditor(text, memberPath()).raw().stream().anyMatch(ClientEntry::containsKey);
        }
        var edit = new JsonEditor(text);
        return edit.find(memberPath())
                        .map(edit::raw)
                        .map(ClientEntry::containsKey)
                        .orElse(false)
                || edit.findArrayElement(List.of("inputs"), "id", ClientKind.inputId(name))
                        .map(edit::raw)
                        .map(ClientEntry::containsKey)
                        .orElse(false);
    }

    /** A whole file with nothing but the entry. */
    public byte[] asNewFile() {
        return addTo(new byte[0]);
    }

    /** The text with every key of ours hidden. */
    public static String redactKeys(String text) {
        return KEY.matcher(text).replaceAll("[hidden]");
    }

    private static boolean containsKey(String text) {
        return KEY.matcher(text).find();
    }

    private boolean isReplaced(JsonEditor edit, String key) {
        return OURS_IN_JSON.contains(key)
                || edit.find(memberPath(key))
                        .map(edit::raw)
                        .map(ClientEntry::containsKey)
                        .orElse(false);
    }

    private boolean refersToInput(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).contains("${input:" + ClientKind.inputId(name) + "}");
    }

    private List<String> memberPath() {
        return List.of(client.serversMember(), name);
    }

    private List<String> memberPath(String key) {
        return List.of(client.serversMember(), name, key);
    }

    private static String entryComment(EntrySpec connection) {
        var whose = connection.agent().map(agent -> "the agent " + agent).orElse("an agent");
        return connection.usesTicket()
                ? "KruxOS, as " + whose + "; the shim gets a ticket when it starts."
                : "KruxOS; the key of " + whose + " is in the variable " + connection.keyVariable() + ".";
    }
}
