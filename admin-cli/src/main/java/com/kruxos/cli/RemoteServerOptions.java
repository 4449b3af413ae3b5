package com.kruxos.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * A server that somebody else runs: its URL, and the headers that show who pays. A header refers to secrets; what
 * stands there instead may be the secret itself, so no message repeats it. Filled while the command line is read, by
 * one thread.
 */
final class RemoteServerOptions {
    private static final String URL = "--url";
    private static final String SECRET_PREFIX = "secret:";
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{secret:([^{}]*)}");
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64})?");
    /** The appliance's own list of names under which secrets go. */
    private static final Pattern SECRET_HEADER = Pattern.compile("(?i).*(auth|token|key|secret|cookie|pass|cred).*");

    private @Nullable String url;

    @Option(
            names = "--bearer",
            paramLabel = "secret:S/K",
            description = "With --url: show this secret as Authorization: Bearer.")
    @Nullable
    String bearer;

    @Option(
            names = "--header",
            paramLabel = "'NAME: TEXT'",
            description = "With --url: a header; {secret:S/K} in it stands for a secret.")
    List<String> headers = List.of();

    /**
     * Gives {@code server add} a --url of its own instead of the one that every command inherits: the URL of a server,
     * not the address of the API. Only when the tree of commands is built: inheriting comes with being added to it.
     */
    void replaceInheritedUrl(CommandLine add) {
        var spec = add.getCommandSpec();
        spec.remove(spec.findOption(URL));
        ISetter setter = new ISetter() {
            @Override
            public <T> T set(T value) {
                url = (String) value;
                // Nobody asks for what was there before.
                return value;
            }
        };
        spec.addOption(OptionSpec.builder(URL)
                .type(String.class)
                .paramLabel("URL")
                .description("The MCP endpoint of a server on the network. (The address of the API:"
                        + " kruxos --url ADDRESS server add …)")
                .setter(setter)
                .build());
    }

    boolean isGiven() {
        return url != null;
    }

    boolean hasHeaders() {
        return bearer != null || !headers.isEmpty();
    }

    /**
     * @throws CommandFailure when it cannot be one, or holds a secret; {@code notSecret} lets pass what only looks like
     *     one
     */
    String url(boolean notSecret) {
        return ServerUrl.validate(String.valueOf(url), notSecret);
    }

    /** The headers by name, every reference whole. */
    Map<String, String> headers(boolean notSecret) {
        var templates = new LinkedHashMap<String, String>();
        if (bearer != null) {
            templates.put("Authorization", "Bearer " + bearerTemplate(bearer, notSecret));
        }
        for (var header : headers) {
            var colon = header.indexOf(':');
            var name = colon < 0 ? "" : header.substring(0, colon).strip();
            if (!HEADER_NAME.matcher(name).matches() || SecretDetector.isSecretValue(name)) {
                throw CommandFailure.usage("--header needs a name and a text", usageHint("X-Api-Key"));
            }
            if (templates.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
                throw CommandFailure.usage("the header " + name + " is given twice", "give it once");
            }
            templates.put(name, headerTemplate(name, header.substring(colon + 1).strip(), notSecret));
        }
        return templates;
    }

    private static String bearerTemplate(String text, boolean notSecret) {
        var name = text.startsWith(SECRET_PREFIX) ? text.substring(SECRET_PREFIX.length()) : "";
        if (!isSecretReference(name, notSecret)) {
            throw CommandFailure.usage(
                    "--bearer names no secret",
                    "keep it with kruxos secret put SCOPE/KEY, and write --bearer secret:SCOPE/KEY");
        }
        return "{" + SECRET_PREFIX + SecretNames.withDefaultKey(name) + "}";
    }

    private static String headerTemplate(String name, String text, boolean notSecret) {
        var places = PLACEHOLDER.matcher(text).results().toList();
        var around = PLACEHOLDER.matcher(text).replaceAll(" ");
        var broken = around.contains("{secret")
                || places.stream().anyMatch(place -> !isSecretReference(place.group(1), notSecret));
        if (text.isEmpty()
                || broken
                || (places.isEmpty() && SECRET_HEADER.matcher(name).matches())) {
            throw CommandFailure.usage(
                    "the header " + name + " names no secret",
                    "keep it with kruxos secret put SCOPE/KEY, and " + usageHint(name));
        }
        if (!notSecret && containsSecret(around)) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the text of the header " + name + " looks like a secret",
                    "every user of this machine can read arguments. Keep it with kruxos secret put SCOPE/KEY, and "
                            + usageHint(name) + "   (if it is public: --not-secret)");
        }
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(place -> "{" + SECRET_PREFIX + SecretNames.withDefaultKey(place.group(1)) + "}");
    }

    private static boolean isSecretReference(String secret, boolean notSecret) {
        return SECRET_NAME.matcher(secret).matches()
                && (notSecret || List.of(secret.split("/", -1)).stream().noneMatch(SecretDetector::isSecretValue));
    }

    private static boolean containsSecret(String text) {
        return SecretDetector.isSecretValue(text.strip())
                || List.of(text.split("[\\s,;:=\"]+", -1)).stream().anyMatch(SecretDetector::isSecretValue);
    }

    private static String usageHint(String name) {
        var scheme = name.toLowerCase(Locale.ROOT).equals("authorization") ? "Bearer " : "";
        return "write --header '" + name + ": " + scheme + "{secret:SCOPE/KEY}'";
    }
}
