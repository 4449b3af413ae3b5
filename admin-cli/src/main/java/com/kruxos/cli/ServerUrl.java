package com.kruxos.cli;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the URL of a remote server. It may contain a secret, so no message repeats it. */
final class ServerUrl {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final String SECRET_HINT =
            "store the secret with kruxos secret put SCOPE/KEY, and send it with --bearer or --header";

    private ServerUrl() {}

    /** Whether the word was meant as a URL. */
    static boolean looksLikeUrl(String word) {
        return word.matches("(?i)(https?|wss?)://.*");
    }

    /** @throws CommandFailure when it is invalid or contains a secret; {@code notSecret} skips the detection */
    static String validate(String text, boolean notSecret) {
        var url = parse(text);
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the URL contains a user name, a password or a fragment", SECRET_HINT);
        }
        if (!notSecret && containsSecret(url)) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the URL seems to contain a secret",
                    "every user of this machine can read arguments: " + SECRET_HINT
                            + "   (if it is not secret: --not-secret)");
        }
        return text;
    }

    private static URI parse(String text) {
        try {
            var url = URI.create(text);
            if (url.getScheme() != null
                    && SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Rejected below without the exception, whose message repeats the URL.
        }
        throw CommandFailure.usage("invalid server URL", "write it like https://example.com/mcp");
    }

    private static boolean containsSecret(URI url) {
        return decodedParts(url.getRawPath(), "/").anyMatch(SecretDetector::isSecretValue)
                || decodedParts(url.getRawQuery(), "&").anyMatch(ServerUrl::isSecretParameter);
    }

    private static Stream<String> decodedParts(@Nullable String raw, String between) {
        return raw == null
                ? Stream.empty()
                : Arrays.stream(raw.split(between, -1)).map(ServerUrl::decode);
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private static boolean isSecretParameter(String parameter) {
        var equals = parameter.indexOf('=');
        var value = parameter.substring(equals + 1);
        return SecretDetector.isSecretValue(value)
                || (equals > 0
                        && (SecretDetector.isSecretName(parameter.substring(0, equals))
                                || parameter.substring(0, equals).equalsIgnoreCase("key"))
                        && !SecretDetector.isHarmlessValue(value));
    }
}
