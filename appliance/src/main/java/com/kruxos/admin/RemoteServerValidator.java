package com.kruxos.admin;

import com.kruxos.config.SecretHeuristics;
import com.kruxos.result.Result;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What may be asked of a new server on the network: a plain URL, and headers that refer to secrets. */
final class RemoteServerValidator {
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern REFERENCE = Pattern.compile("\\{secret:([^{}]*)}");
    /** Visible ASCII and spaces between. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]{0,1022}[!-~])?");

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final int MAX_URL_LENGTH = 2048;
    private static final int MAX_HEADERS = 16;

    /** The transport's own. */
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
                return invalid("that is not the URL of a server", "write it like https://example.com/mcp");
            }
            // Not repeated: it may be the secret itself.
            return url.getRawUserInfo() == null && url.getRawFragment() == null
                    ? Optional.empty()
                    : invalid(
                            "the URL holds a user, a password or a fragment",
                            "keep the secret with kruxos secret put, and show it with --bearer or --header");
        } catch (IllegalArgumentException e) {
            return invalid("that is not a URL", "write it like https://example.com/mcp");
        }
    }

    private static Optional<Result<ServerView>> checkHeaders(String space, Map<String, String> headers) {
        if (headers.size() > MAX_HEADERS) {
            return invalid("a server takes at most " + MAX_HEADERS + " headers", "leave some out");
        }
        for (var header : headers.entrySet()) {
            var name = header.getKey();
            if (!HEADER_NAME.matcher(name).matches() || RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                return invalid("a header's name is none, or is set by the appliance itself", "like Authorization");
            }
            if (!HEADER_VALUE.matcher(header.getValue()).matches()) {
                return invalid(
                        "the value of the header " + name + " is none", "visible ASCII, at most 1024 characters");
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
                return invalid(
                        "the header " + name + " refers to something that cannot be a secret",
                        "write {secret:SCOPE/KEY}");
            }
        }
        return any || !SecretHeuristics.isSecretHeader(name)
                ? Optional.empty()
                // The text is not repeated: it may well be the secret itself.
                : invalid(
                        "the header " + name + " does not refer to a secret",
                        "put the value with kruxos secret put SCOPE/KEY and write {secret:SCOPE/KEY}");
    }

    private static Optional<Result<ServerView>> invalid(String detail, String hint) {
        return Optional.of(Result.invalid(detail, hint));
    }
}
