package com.kruxos.cli;

/** {@code SCOPE/KEY} as people write it. */
final class SecretNames {
    private SecretNames() {}

    /** Adds the default key to a NAME without one. */
    static String withDefaultKey(String name) {
        return name.indexOf('/') < 0 ? name + "/value" : name;
    }

    /** The path of one secret. @throws Failed when the scope or the key is missing */
    static ApiPath secretPath(String name) {
        var whole = withDefaultKey(name);
        var slash = whole.indexOf('/');
        if (slash == 0 || slash == whole.length() - 1) {
            throw CommandFailure.usage(
                    "\"" + TerminalText.singleLine(name) + "\" does not name a secret",
                    "write SCOPE/KEY, like github/token");
        }
        return ApiPath.of("secrets", whole.substring(0, slash), whole.substring(slash + 1));
    }

    /** The API path of a secret or, with a final slash, of a scope. */
    static ApiPath secretOrScopePath(String name) {
        return name.length() > 1 && name.indexOf('/') == name.length() - 1
                ? new ApiPath(ApiPath.of("secrets", name.substring(0, name.length() - 1))
                                .pathAndQuery()
                        + "/")
                : secretPath(name);
    }
}
