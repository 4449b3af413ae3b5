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
record Vector(String name, Map<String, String> wants, String before, String after) {
    private static final Path FOLDER = folder();

    static List<Vector> all() {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> !file.endsWith("refused.txt"))
                    .sorted()
                    .map(Vector::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String refused() {
        return text(FOLDER.resolve("refused.txt"));
    }

    Entry entry() {
        var transport = wants.containsKey("transport")
                ? Transport.valueOf(wants.get("transport").toUpperCase(Locale.ROOT))
                : client().usual();
        return Entry.of(
                client(),
                "kruxos",
                new Connection(
                        transport,
                        URI.create("http://127.0.0.1:7700"),
                        "KRUXOS_AGENT_KEY",
                        Optional.ofNullable(wants.get("agent")),
                        List.of("kruxos", "mcp-shim", "--gateway")));
    }

    Client client() {
        return Client.valueOf(Objects.requireNonNull(wants.get("client")).toUpperCase(Locale.ROOT));
    }

    boolean says(String name) {
        return "yes".equals(wants.get(name));
    }

    byte[] bytesBefore() {
        return bytes(before, wants.getOrDefault("last-line-end", "").startsWith("no"));
    }

    byte[] bytesAfter() {
        return bytes(after, "no".equals(wants.get("last-line-end")));
    }

    private byte[] bytes(String text, boolean open) {
        var whole = open ? text.substring(0, text.length() - 1) : text;
        whole = "crlf".equals(wants.get("line-ends")) ? whole.replace("\n", "\r\n") : whole;
        return ((says("mark") ? "\uFEFF" : "") + whole).getBytes(StandardCharsets.UTF_8);
    }

    private static Vector read(Path file) {
        var parts = text(file).split("(?m)^--- (?:before|after)\n", -1);
        var wants = new HashMap<String, String>();
        parts[0].lines().skip(1).map(line -> line.split(": ", 2)).forEach(pair -> wants.put(pair[0], pair[1]));
        return new Vector(String.valueOf(file.getFileName()), wants, parts[1], parts[2]);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            return Path.of(
                    Objects.requireNonNull(Vector.class.getResource("vectors")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
