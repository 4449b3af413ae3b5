package com.kruxos.admin;

import com.kruxos.identity.NameRules;
import com.kruxos.result.Result;
import com.kruxos.server.NewServer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Validates a new server: sizes, names, and no plain value where a reference to a secret belongs. */
final class NewServerValidator {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int MAX_ITEMS = 128;
    private static final int MAX_LENGTH = 4096;

    /** Names of our own tools. */
    private static final Set<String> RESERVED = Set.of("kruxos");

    private NewServerValidator() {}

    static Optional<Result<ServerView>> findProblem(NewServer server) {
        return NameRules.<ServerView>checkName(server.name())
                .or(() -> checkNotReserved(server.name()))
                .or(() -> checkTarget(server))
                .or(() -> checkVariables(server))
                .or(() -> checkTexts(server))
                .or(() -> checkGrants(server.grants()));
    }

    private static Optional<Result<ServerView>> checkNotReserved(String name) {
        return RESERVED.contains(name)
                ? invalid("the name " + name + " is reserved", "choose another name")
                : Optional.empty();
    }

    private static Optional<Result<ServerView>> checkTarget(NewServer server) {
        var url = server.url();
        if (url == null) {
            return server.headers().isEmpty()
                    ? checkCommand(server.command())
                    : invalid("only a server with a URL takes headers", "use variables, or give the server a URL");
        }
        if (!server.command().isEmpty()
                || !server.env().isEmpty()
                || !server.plainEnv().isEmpty()
                || server.cwd() != null
                || server.offline()) {
            return invalid("a server has a URL or a command, not both", "remove one of them");
        }
        return RemoteServerValidator.findProblem(server.space(), url, server.headers());
    }

    private static Optional<Result<ServerView>> checkCommand(List<String> command) {
        if (command.isEmpty() || command.getFirst().isBlank()) {
            return invalid("the command is empty", "give the program and its arguments");
        }
        return command.size() > MAX_ITEMS || command.stream().anyMatch(NewServerValidator::isTooLongOrHasNul)
                ? invalid(
                        "the command is too long or contains a NUL character",
                        "at most 128 arguments of 4096 characters")
                : Optional.empty();
    }

    private static Optional<Result<ServerView>> checkVariables(NewServer server) {
        for (var names : List.of(server.env().keySet(), server.plainEnv().keySet())) {
            if (names.size() > MAX_ITEMS
                    || !names.stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
                return invalid(
                        "invalid name of an environment variable", "use at most 128 letters, digits and underscores");
            }
        }
        if (server.env().keySet().stream().anyMatch(server.plainEnv()::containsKey)) {
            return invalid("a variable is both in env and in plain_env", "keep one of the two");
        }
        return server.env().values().stream().allMatch(text -> SecretUsage.isReference(server.space(), text))
                ? Optional.empty()
                // The text is not repeated: it may be the secret itself.
                : invalid(
                        "an entry of env is not a reference to a secret",
                        "store the value with kruxos secret put SCOPE/KEY and refer to it as secret:SCOPE/KEY");
    }

    private static Optional<Result<ServerView>> checkTexts(NewServer server) {
        var cwd = server.cwd();
        if (cwd != null && (!cwd.startsWith("/") || isTooLongOrHasNul(cwd))) {
            return invalid("cwd is not an absolute path", "use a path that begins with /");
        }
        return server.plainEnv().values().stream().anyMatch(NewServerValidator::isTooLongOrHasNul)
                ? invalid("a value in plain_env is too long or contains a NUL character", "at most 4096 characters")
                : Optional.empty();
    }

    private static Optional<Result<ServerView>> checkGrants(Set<String> grants) {
        return grants.size() <= MAX_ITEMS
                        && grants.stream()
                                .allMatch(scope -> SCOPE.matcher(scope).matches())
                ? Optional.empty()
                : invalid("a grant is not a valid scope name", "the part of a secret's name before the slash");
    }

    private static boolean isTooLongOrHasNul(String text) {
        return text.length() > MAX_LENGTH || text.indexOf('\0') >= 0;
    }

    private static Optional<Result<ServerView>> invalid(String detail, String hint) {
        return Optional.of(Result.invalid(detail, hint));
    }
}
