package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "user-token", description = "Manage user tokens for scripts and CI.")
final class UserTokenCommands {
    private final CommandContext context;

    UserTokenCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "create",
            description = "Create a user token and print it once. Programs read it from KRUXOS_USER_TOKEN.")
    int create(
            @Option(names = "--label", paramLabel = "TEXT", required = true, description = "The token's purpose.")
                    String label,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            split = ",",
                            description = "read (default), operate, secrets:read, admin. Repeatable.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--expires", paramLabel = "WHEN", description = "When it expires: 24h, 30d, 2027-01-31.")
                    @Nullable
                    String expires) {
        var wanted = JsonValue.object()
                .with("label", label)
                .with("scopes", scopes)
                .with(
                        "expires",
                        TimeArgument.toIsoInstant(
                                expires, context.process().clock().instant()));
        var answer = context.api().post(ApiPath.of("user-tokens"), wanted);
        var id = answer.member("user_token").text("id");
        return context.printCredential(answer, answer.text("token"), "User token " + id + " created.");
    }

    @Command(name = "list", description = "List the user tokens without their values.")
    int list() {
        var all = context.api().getAllPages(ApiPath.of("user-tokens"));
        var table = TextTable.of("ID", "LABEL", "STATE", "SCOPES", "LAST USED", "ENDS")
                .withFixedFirstColumn();
        for (var token : all.list("items")) {
            table.addRow(
                    token.text("id"),
                    token.text("label"),
                    token.text("state"),
                    token.joinedTexts("scopes"),
                    token.has("last_used") ? TerminalText.formatTime(token.text("last_used")) : "never",
                    token.has("expires") ? TerminalText.formatTime(token.text("expires")) : "");
        }
        return context.print(all, table, "No user tokens yet. Create one with: kruxos user-token create --label TEXT");
    }

    @Command(name = "revoke", description = "Revoke a user token. Requests with it are answered 401 at once.")
    int revoke(@Parameters(paramLabel = "ID", description = "The token's id, from user-token list.") String id) {
        return context.printOutcome(
                context.api().delete(ApiPath.of("user-tokens", id)), "User token " + id + " is revoked.");
    }
}
