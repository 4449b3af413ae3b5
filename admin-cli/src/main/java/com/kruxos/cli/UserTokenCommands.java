package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "user-token", description = "User tokens: for programs of people, and CI.")
final class UserTokenCommands {
    private final CommandContext context;

    UserTokenCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "create",
            description = "Make a user token and print it, once. Programs read it from KRUXOS_USER_TOKEN.")
    int create(
            @Option(names = "--label", paramLabel = "TEXT", required = true, description = "What it is for.")
                    String label,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            split = ",",
                            description = "read (default), operate, secrets:read, admin. May be given again.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--expires", paramLabel = "WHEN", description = "Its end: 24h, 30d, 2027-01-31.") @Nullable
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
        return context.printCredential(answer, answer.text("token"), "User token " + id + " made.");
    }

    @Command(name = "list", description = "List the user tokens, never their values.")
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
        return context.print(
                all, table, "There is no user token yet. Make one with: kruxos user-token create --label TEXT");
    }

    @Command(name = "revoke", description = "End a user token. The next request with it is answered 401.")
    int revoke(@Parameters(paramLabel = "ID", description = "Its id, as in user-token list.") String id) {
        return context.printOutcome(
                context.api().delete(ApiPath.of("user-tokens", id)), "User token " + id + " counts no more.");
    }
}
