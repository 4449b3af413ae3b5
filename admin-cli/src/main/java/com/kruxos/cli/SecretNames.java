package com.kruxos.cli;

/** {@code SCOPE/KEY} as people write it. */
final class SecretNames {
    private SecretNames() {}

    /** With the key that a bare NAME means. */
    static String withDefaultKey(String name) {
        return name.indexOf('/') < 0 ? name + "/value" : name;
    }

    /** The path of one secret. @throws Failed when the name has no scope or no key */
    static ApiPath secretPath(String name) {
        var whole = withDefaultKey(name);
        var slash = whole.indexOf('/');
        if (slash == 0 || slash == whole.length() - 1) {
            throw CommandFailure.usage(
                    "\"" + TerminalText.singleLine(name) + "\" names no secret", "write SCOPE/KEY, like github/token");
        }
        return ApiPath.of("secrets", whole.substring(0, slash), whole.substring(slash + 1));
    }

    /** The path of one secret or, when the name ends in a slash, of a whole scope. */
    static ApiPath secretOrScopePath(String name) {
        return name.length() > 1 && name.indexOf('/') == name.length() - 1
                ? new ApiPath(ApiPath.of("secrets", name.substring(0, name.length() - 1))
                                .pathAndQuery()
                        + "/")
                : secretPath(name);
    }
}
