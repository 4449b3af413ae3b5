package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Assigns the names that agents use. The name of a tool or prompt has at most 64 characters of {@code [A-Za-z0-9_-]},
 * which every client accepts. A URI stays as it is, unless another server of the Space has the same one. No other class
 * knows how names are built.
 */
final class FeatureName {
    private static final int MAX_LENGTH = 64;
    private static final int HASH_LENGTH = 8;

    private FeatureName() {}

    /**
     * {@code <server>__<tool>}; with a stable hash at the end when that is too long, has other characters or is taken.
     */
    static String of(FeatureKind kind, Server server, String key, Predicate<String> taken) {
        return switch (kind) {
            case TOOL, PROMPT -> uniqueName(server, key, taken);
            case RESOURCE, TEMPLATE -> taken.test(key) ? uriPrefix(server) + key : key;
        };
    }

    /** Prefix of a URI that another server of the Space has, too. */
    static String uriPrefix(Server server) {
        return "kruxos+" + server.name() + ":";
    }

    private static String toolPrefix(Server server) {
        return server.name() + "__";
    }

    /** What the server would call a tool with this name, if the name can be one of its tools. */
    static Optional<String> upstreamName(Server server, String name) {
        var prefix = toolPrefix(server);
        return name.startsWith(prefix) ? Optional.of(name.substring(prefix.length())) : Optional.empty();
    }

    private static String uniqueName(Server server, String tool, Predicate<String> taken) {
        var preferred = server.prefixed() ? toolPrefix(server) + tool : tool;
        var sanitized = preferred.replaceAll("[^A-Za-z0-9_-]", "_");
        if (sanitized.equals(preferred) && sanitized.length() <= MAX_LENGTH && !taken.test(sanitized)) {
            return sanitized;
        }
        var prefix = sanitized.substring(0, Math.min(sanitized.length(), MAX_LENGTH - HASH_LENGTH - 1));
        return prefix + "_" + hash(server.id() + "/" + tool);
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
