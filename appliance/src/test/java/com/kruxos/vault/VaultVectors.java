package com.kruxos.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A block of {@code name: value} lines in a vector file. An empty line ends a block, # starts a comment. */
record VaultVectors(Map<String, String> fields) {
    static List<VaultVectors> of(String file) {
        var all = new ArrayList<VaultVectors>();
        var block = new LinkedHashMap<String, String>();
        for (var line : (readResource(file) + "\n\n").split("\n", -1)) {
            if (line.startsWith("#")) {
                continue;
            }
            if (!line.isBlank()) {
                var colon = line.indexOf(':');
                block.put(line.substring(0, colon), line.substring(colon + 1).strip());
            } else if (!block.isEmpty()) {
                all.add(new VaultVectors(Map.copyOf(block)));
                block.clear();
            }
        }
        return all;
    }

    String get(String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }

    byte[] hex(String name) {
        return HexFormat.of().parseHex(get(name));
    }

    int number(String name) {
        return Integer.parseInt(get(name));
    }

    RecordContext context() {
        return new RecordContext(
                get("space"), get("owner"), get("name"), Long.parseLong(get("version")), number("epoch"));
    }

    SealedRecord sealed() {
        return new SealedRecord(hex("salt"), hex("nonce"), hex("commitment"), hex("ciphertext"));
    }

    @Override
    public String toString() {
        return get("vector");
    }

    private static String readResource(String file) {
        try (var in = Objects.requireNonNull(VaultVectors.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
