package com.kruxos.admin;

import com.kruxos.config.SecretHeuristics;
import com.kruxos.result.Result;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Validates a network server: a URL without credentials, and headers that refer to secrets. */
final class RemoteServerValidator {
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern REFERENCE = Pattern.compile("\\{secret:([^{}]*)}");
    /** Visible ASCII, with spaces inside. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]{0,1022}[!-~])?");

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final int MAX_URL_LENGTH = 2048;
    private static final int MAX_HEADERS = 16;

    /** Set by the transport. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "upgrade",
            "accept",
            "accept-encoding",
            "mcp-session-id",
            "mcp-protocol-version",
            "last-event-id",
            "te",
            "trailer");

    private RemoteServerValidator() {}

    static Optional<Result<ServerView>> findProblem(String space, String url, Map<String, String> headers) {
        return checkUrl(url).or(() -> checkHeaders(space, headers));
    }

    private static Optional<Result<ServerView>> checkUrl(String text) {
        if (text.length() > MAX_URL_LENGTH) {
            return invalid(
                    "the URL is longer than " + MAX_URL_LENGTH + " characters", "give the server's MCP endpoint");
        }
        try {
            var url = URI.create(text);
            if (url.getScheme() == null
                    || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    || url.getHost() == null) {
                return invalid("the URL has no host or an unsupported scheme", "write it like https://example.com/mcp");
            }
            // Not repeated: it may be the secret itself.
            return url.getRawUserInfo() == null && url.getRawFragment() == null
                    ? Optional.empty()
                    : invalid(
                            "the URL contains a user name, a password or a fragment",
                            "store the secret with kruxos secret put, and use it with --bearer or --header");
        } catch (IllegalArgumentException e) {
            return invalid("invalid URL", "write it like https://example.com/mcp");
        }
    }

    private static Optional<Result<ServerView>> checkHeaders(String space, Map<String, String> headers) {
        if (headers.size() > MAX_HEADERS) {
            return invalid("a server takes at most " + MAX_HEADERS + " headers", "remove some");
        }
        for (var header : headers.entrySet()) {
            var name = header.getKey();
            if (!HEADER_NAME.matcher(name).matches() || RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                return invalid("invalid or reserved header name", "use a name such as Authorization");
            }
            if (!HEADER_VALUE.matcher(header.getValue()).matches()) {
                return invalid("invalid value of the header " + name, "use visible ASCII, at most 1024 characters");
            }
            var refusal = checkHeaderValue(space, name, header.getValue());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static Optional<Result<ServerView>> checkHeaderValue(String space, String name, String value) {
        var references = REFERENCE.matcher(value);
        var any = false;
        while (references.find()) {
            any = true;
            if (SecretUsage.parseName(space, String.valueOf(references.group(1)))
                    .isEmpty()) {
                return invalid("the header " + name + " refers to an invalid secret name", "write {secret:SCOPE/KEY}");
            }
        }
        return any || !SecretHeuristics.isSecretHeader(name)
                ? Optional.empty()
                // The text is not repeated: it may be the secret itself.
                : invalid(
                        "the header " + name + " does not refer to a secret",
                        "store the value with kruxos secret put SCOPE/KEY and write {secret:SCOPE/KEY}");
    }

    private static Optional<Result<ServerView>> invalid(String detail, String hint) {
        return Optional.of(Result.invalid(detail, hint));
    }
}
