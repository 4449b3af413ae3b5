package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "user-token", description = "User tokens: for programs of people, and CI.")
final class UserTokenCommands {
    private final Shell shell;

    UserTokenCommands(Shell shell) {
        this.shell = shell;
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
        var wanted = Json.object()
                .with("label", label)
                .with("scopes", scopes)
                .with("expires", Moment.at(expires, shell.world().clock().instant()));
        var answer = shell.api().post(Target.of("user-tokens"), wanted);
        var id = answer.at("user_token").text("id");
        return shell.showOnce(answer, answer.text("token"), "User token " + id + " made.");
    }

    @Command(name = "list", description = "List the user tokens, never their values.")
    int list() {
        var all = shell.api().all(Target.of("user-tokens"));
        var table =
                Table.of("ID", "LABEL", "STATE", "SCOPES", "LAST USED", "ENDS").keepingFirst();
        for (var token : all.list("items")) {
            table.row(
                    token.text("id"),
                    token.text("label"),
                    token.text("state"),
                    token.joined("scopes"),
                    token.has("last_used") ? Texts.time(token.text("last_used")) : "never",
                    token.has("expires") ? Texts.time(token.text("expires")) : "");
        }
        return shell.show(
                all, table, "There is no user token yet. Make one with: kruxos user-token create --label TEXT");
    }

    @Command(name = "revoke", description = "End a user token. The next request with it is answered 401.")
    int revoke(@Parameters(paramLabel = "ID", description = "Its id, as in user-token list.") String id) {
        return shell.done(shell.api().delete(Target.of("user-tokens", id)), "User token " + id + " counts no more.");
    }
}
