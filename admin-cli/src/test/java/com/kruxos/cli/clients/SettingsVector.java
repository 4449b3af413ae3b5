package com.kruxos.cli.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One file of {@code vectors}: a sentence, what is wanted as {@code name: value}, the file before and the file after.
 *
 * <p>{@code line-ends: crlf} and {@code mark: yes} say of both texts what an editor does not show;
 * {@code last-line-end: no} that their last lines do not end, {@code no before} that only the first one's does not.
 * {@code comes-back: yes}: taking the entry out again leaves the file as it was, to the byte.
 */
record SettingsVector(String name, Map<String, String> headers, String before, String after) {
    private static final Path DIRECTORY = directory();

    static List<SettingsVector> loadAll() {
        try (var files = Files.list(DIRECTORY)) {
            return files.filter(file -> !file.endsWith("refused.txt"))
                    .sorted()
                    .map(SettingsVector::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String unreadableFiles() {
        return text(DIRECTORY.resolve("refused.txt"));
    }

    ClientEntry entry() {
        var transport = headers.containsKey("transport")
                ? ClientTransport.valueOf(headers.get("transport").toUpperCase(Locale.ROOT))
                : client().defaultTransport();
        return ClientEntry.of(
                client(),
                "kruxos",
                new EntrySpec(
                        transport,
                        URI.create("http://127.0.0.1:7700"),
                        "KRUXOS_AGENT_KEY",
                        Optional.ofNullable(headers.get("agent")),
                        List.of("kruxos", "mcp-shim", "--gateway")));
    }

    ClientKind client() {
        return ClientKind.valueOf(Objects.requireNonNull(headers.get("client")).toUpperCase(Locale.ROOT));
    }

    boolean isYes(String name) {
        return "yes".equals(headers.get(name));
    }

    byte[] bytesBefore() {
        return bytes(before, headers.getOrDefault("last-line-end", "").startsWith("no"));
    }

    byte[] bytesAfter() {
        return bytes(after, "no".equals(headers.get("last-line-end")));
    }

    private byte[] bytes(String text, boolean open) {
        var whole = open ? text.substring(0, text.length() - 1) : text;
        whole = "crlf".equals(headers.get("line-ends")) ? whole.replace("\n", "\r\n") : whole;
        return ((isYes("mark") ? "\uFEFF" : "") + whole).getBytes(StandardCharsets.UTF_8);
    }

    private static SettingsVector read(Path file) {
        var parts = text(file).split("(?m)^--- (?:before|after)\n", -1);
        var wants = new HashMap<String, String>();
        parts[0].lines().skip(1).map(line -> line.split(": ", 2)).forEach(pair -> wants.put(pair[0], pair[1]));
        return new SettingsVector(String.valueOf(file.getFileName()), wants, parts[1], parts[2]);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(SettingsVector.class.getResource("vectors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
