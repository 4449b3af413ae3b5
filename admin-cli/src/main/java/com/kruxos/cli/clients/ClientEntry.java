package com.kruxos.cli.clients;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Our entry in the settings of a client. We own the members that say where and with which credential to connect; other
 * members that the user added stay, unless they contain a key.
 */
public final class ClientEntry {
    private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

    /** An agent key, or any other KruxOS credential. */
    private static final Pattern KEY =
            Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|krx_[a-z]+_[A-Za-z0-9_-]{8,}");

    private static final Set<String> OWN_JSON_MEMBERS = Set.of(
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
    private static final Set<String> OWN_TOML_KEYS = Set.of(
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
            String comment) {
        this.client = client;
        this.name = name;
        this.members = members;
        this.input = input;
        this.comment = comment;
    }

    public static ClientEntry of(ClientKind client, String name, EntrySpec spec) {
        return new ClientEntry(
                client, name, client.entryMembers(name, spec), client.promptInput(name, spec), comment(spec));
    }

    /** An entry to remove, of which only the name is known. */
    public static ClientEntry forRemoval(ClientKind client, String name) {
        return new ClientEntry(client, name, Map.of(), Optional.empty(), "");
    }

    /** The file with our entry; the same bytes when the entry is there already. */
    public byte[] addTo(byte[] file) {
        return edit(file, client == ClientKind.CODEX ? this::addToToml : this::addToJson);
    }

    /** The file without our entry; the same bytes when there is none. */
    public byte[] removeFrom(byte[] file) {
        return edit(file, client == ClientKind.CODEX ? this::removeFromToml : this::removeFromJson);
    }

    /** Whether the user pasted a key into the entry in place of the variable's name. */
    public boolean containsKey(byte[] file) {
        var text = withoutByteOrderMark(file);
        if (client == ClientKind.CODEX) {
            return new TomlEditor(text, path()).raw().stream().anyMatch(ClientEntry::containsKey);
        }
        var editor = new JsonEditor(text);
        return editor.find(path())
                        .map(editor::raw)
                        .filter(ClientEntry::containsKey)
                        .isPresent()
                || editor.findArrayElement(List.of("inputs"), "id", ClientKind.inputId(name))
                        .map(editor::raw)
                        .filter(ClientEntry::containsKey)
                        .isPresent();
    }

    /** A new file with only the entry. */
    public byte[] asNewFile() {
        return addTo(new byte[0]);
    }

    /** The text with each of our keys replaced by {@code [hidden]}. */
    public static String redactKeys(String text) {
        return KEY.matcher(text).replaceAll("[hidden]");
    }

    private byte[] addToToml(byte[] text) {
        var editor = new TomlEditor(text, path());
        editor.put(members, (key, line) -> OWN_TOML_KEYS.contains(key) || containsKey(line), comment);
        return editor.bytes();
    }

    private byte[] addToJson(byte[] text) {
        var editor = new JsonEditor(text);
        if (editor.find(path()).map(value -> editor.raw(value).startsWith("{")).orElse(false)) {
            members.forEach((key, value) -> editor.put(path(key), value));
            editor.names(path()).stream()
                    .filter(key -> !members.containsKey(key) && isUnwanted(editor, key))
                    .forEach(key -> editor.remove(path(key)));
        } else {
            editor.put(path(), members);
        }
        input.ifPresent(wanted -> editor.putArrayElement(List.of("inputs"), "id", wanted));
        return editor.bytes();
    }

    private byte[] removeFromToml(byte[] text) {
        var editor = new TomlEditor(text, path());
        editor.remove();
        return editor.bytes();
    }

    private byte[] removeFromJson(byte[] text) {
        var editor = new JsonEditor(text);
        if (editor.remove(path()) && client == ClientKind.VSCODE && !usesInput(editor.bytes())) {
            editor.removeArrayElement(List.of("inputs"), "id", ClientKind.inputId(name));
        }
        return editor.bytes();
    }

    private boolean isUnwanted(JsonEditor editor, String key) {
        return OWN_JSON_MEMBERS.contains(key)
                || editor.find(path(key))
                        .map(editor::raw)
                        .filter(ClientEntry::containsKey)
                        .isPresent();
    }

    private boolean usesInput(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).contains("${input:" + ClientKind.inputId(name) + "}");
    }

    private List<String> path() {
        return List.of(client.serversMember(), name);
    }

    private List<String> path(String key) {
        return List.of(client.serversMember(), name, key);
    }

    private static boolean containsKey(String text) {
        return KEY.matcher(text).find();
    }

    private static byte[] edit(byte[] file, UnaryOperator<byte[]> change) {
        var text = withoutByteOrderMark(file);
        var mark = file.length - text.length;
        var changed = change.apply(text);
        var result = Arrays.copyOf(file, mark + changed.length);
        System.arraycopy(changed, 0, result, mark, changed.length);
        return result;
    }

    /** @throws SettingsNotEditable when the file is not UTF-8 */
    static byte[] withoutByteOrderMark(byte[] file) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file));
        } catch (CharacterCodingException e) {
            throw new SettingsNotEditable(
                    "the file is not UTF-8 text", "save it as UTF-8, or write the entry by hand; nothing was changed");
        }
        var length = BYTE_ORDER_MARK.length;
        var hasMark = file.length >= length && Arrays.equals(file, 0, length, BYTE_ORDER_MARK, 0, length);
        return hasMark ? Arrays.copyOfRange(file, length, file.length) : file;
    }

    private static String comment(EntrySpec spec) {
        var owner = spec.agent().map(agent -> "the agent " + agent).orElse("an agent");
        return spec.usesTicket()
                ? "KruxOS, as " + owner + "; the shim gets a ticket when it starts."
                : "KruxOS; the key of " + owner + " is in the variable " + spec.keyVariable() + ".";
    }
}
