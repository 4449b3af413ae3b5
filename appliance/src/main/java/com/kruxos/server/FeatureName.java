package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Predicate;

/**
 * Makes up what agents call a tool, a prompt or a resource. A name has at most 64 characters of {@code [A-Za-z0-9_-]},
 * which every client accepts. A URI stays as it is, unless another server of the Space has the same.
 */
final class FeatureName {
    private static final int MAX_LENGTH = 64;
    private static final int HASH_LENGTH = 8;

    private FeatureName() {}

    /**
     * {@code <server>__<tool>}, or with a stable hash at the end where that is too long, has other letters or is taken.
     */
    static String of(FeatureKind kind, Server server, String key, Predicate<String> taken) {
        return switch (kind) {
            case TOOL, PROMPT -> uniqueName(server, key, taken);
            case RESOURCE, TEMPLATE -> taken.test(key) ? "kruxos+" + server.name() + ":" + key : key;
        };
    }

    private static String uniqueName(Server server, String tool, Predicate<String> taken) {
        var wanted = server.prefixed() ? server.name() + "__" + tool : tool;
        var clean = wanted.replaceAll("[^A-Za-z0-9_-]", "_");
        if (clean.equals(wanted) && clean.length() <= MAX_LENGTH && !taken.test(clean)) {
            return clean;
        }
        var kept = clean.substring(0, Math.min(clean.length(), MAX_LENGTH - HASH_LENGTH - 1));
        return kept + "_" + hash(server.id() + "/" + tool);
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_LENGTH / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
