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
 * The options of a remote server: its URL and headers. A header refers to secrets; a value without a reference may be
 * the secret itself, so no message repeats it. Set by picocli, in one thread.
 */
final class RemoteServerOptions {
    private static final String URL = "--url";
    private static final String SECRET_PREFIX = "secret:";
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{secret:([^{}]*)}");
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64})?");
    /** Header names that the appliance treats as secret. */
    private static final Pattern SECRET_HEADER = Pattern.compile("(?i).*(auth|token|key|secret|cookie|pass|cred).*");

    private @Nullable String url;

    @Option(
            names = "--bearer",
            paramLabel = "secret:S/K",
            description = "With --url: send this secret as Authorization: Bearer.")
    @Nullable
    String bearer;

    @Option(
            names = "--header",
            paramLabel = "'NAME: TEXT'",
            description = "With --url: send a header; {secret:S/K} is replaced by a secret.")
    List<String> headers = List.of();

    /**
     * Replaces the inherited --url of {@code server add}, the API address, by the URL of a server. not the address of
     * the API. Only when the tree of commands is built: inheriting comes with being added to it.
     */
    void replaceInheritedUrl(CommandLine add) {
        var spec = add.getCommandSpec();
        spec.remove(spec.findOption(URL));
        ISetter setter = new ISetter() {
            @Override
            public <T> T set(T value) {
                url = (String) value;
                // picocli does not use the previous value.
                return value;
            }
        };
        spec.addOption(OptionSpec.builder(URL)
                .type(String.class)
                .paramLabel("URL")
                .description("The URL of a remote MCP server. (For the API's address write"
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

    /** The headers by name, with complete references. */
    Map<String, String> headers(boolean notSecret) {
        var templates = new LinkedHashMap<String, String>();
        if (bearer != null) {
            templates.put("Authorization", "Bearer " + bearerTemplate(bearer, notSecret));
        }
        for (var header : headers) {
            var colon = header.indexOf(':');
            var name = colon < 0 ? "" : header.substring(0, colon).strip();
            if (!HEADER_NAME.matcher(name).matches() || SecretDetector.isSecretValue(name)) {
                throw CommandFailure.usage("--header needs a name and a value", usageHint("X-Api-Key"));
            }
            if (templates.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
                throw CommandFailure.usage("the header " + name + " is given twice", "give each header once");
            }
            templates.put(name, headerTemplate(name, header.substring(colon + 1).strip(), notSecret));
        }
        return templates;
    }

    private static String bearerTemplate(String text, boolean notSecret) {
        var name = text.startsWith(SECRET_PREFIX) ? text.substring(SECRET_PREFIX.length()) : "";
        if (!isSecretReference(name, notSecret)) {
            throw CommandFailure.usage(
                    "--bearer does not name a secret",
                    "store it with kruxos secret put SCOPE/KEY, and write --bearer secret:SCOPE/KEY");
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
                    "the header " + name + " does not name a secret",
                    "store it with kruxos secret put SCOPE/KEY, and " + usageHint(name));
        }
        if (!notSecret && containsSecret(around)) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the value of the header " + name + " looks like a secret",
                    "every user of this machine can read arguments. Store it with kruxos secret put SCOPE/KEY, and "
                            + usageHint(name) + "   (if it is not secret: --not-secret)");
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
