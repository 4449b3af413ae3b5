package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminBox.done;
import static com.kruxos.admin.AdminBox.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.web.LoopbackDoor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The access table, which is the column "Needs" of docs/wire/api.md: every row of it is asked on the port with nothing,
 * with a token of each single scope, and with tokens that count no more. That the rows are those of the code is held by
 * {@code ApiDocTest}.
 */
class AccessTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(GET|POST|PUT|PATCH|DELETE) (/[^` ]*)`(?: `[^`]*`)? \\| ([a-z:]+) \\|");

    private record Row(String method, String path, String needs) {}

    @TempDir
    Path home;

    private AdminBox box;
    private TokenApi api;
    private RawClient client;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
        var port = LoopbackDoor.bind("api", "127.0.0.1", 0, Set.of());
        api = TokenApi.start(
                home,
                TokenApi.house(box.admin, box.database, box.clock()),
                box.tokens,
                port,
                _ -> true,
                Map.of(),
                TokenApi.trusted());
        client = new RawClient(port.port())
                .holding(new Contract(
                        new RawClient(port.port()).get("/openapi.json").json()));
    }

    @AfterEach
    void close() {
        api.close();
        box.close();
    }

    /** Red when a row says another scope than the code asks for, or a route answers without asking. */
    @Test
    void everyRowHolds() throws IOException {
        var tokens = new EnumMap<Scope, String>(Scope.class);
        for (var scope : Scope.values()) {
            tokens.put(scope, token(scope, null));
        }
        var dead = List.of("krx_user_" + "A".repeat(43), revoked(), expired());
        for (var row : rows()) {
            var open = row.needs().equals("nothing");
            assertThat(asked(row, null)).as("%s with nothing", row).isEqualTo(open ? 200 : 401);
            for (var token : dead) {
                assertThat(asked(row, token)).as("%s with a dead token", row).isEqualTo(open ? 200 : 401);
            }
            for (var scope : Scope.values()) {
                var may = open
                        || (scope == Scope.ADMIN && !row.needs().equals("local"))
                        || scope.text().equals(row.needs());
                var status = asked(row, tokens.get(scope));
                assertThat(status == 403)
                        .as("%s with %s answered %s", row, scope, status)
                        .isEqualTo(!may);
                assertThat(status).as("%s with %s", row, scope).isNotIn(401, 500);
            }
        }
    }

    private int asked(Row row, @Nullable String token) {
        // A name that nothing has: where the door lets in, nothing is changed behind it.
        var path = row.path().replaceAll("\\{\\w+}", "nothing");
        var beside = path.equals("/metrics") || path.equals("/openapi.json");
        var headers = token == null ? new String[0] : new String[] {"Authorization: Bearer " + token};
        return client.send(row.method(), beside ? path : Route.BASE + path, new byte[0], headers).status;
    }

    private static List<Row> rows() throws IOException {
        var rows = ROW.matcher(Files.readString(Path.of("..", "docs", "wire", "api.md")))
                .results()
                .map(row -> new Row(row.group(1), row.group(2), row.group(3)))
                .toList();
        assertThat(rows).hasSizeGreaterThan(30);
        return rows;
    }

    private String revoked() {
        var token = token(Scope.ADMIN, null);
        box.tokens.list().stream()
                .filter(known -> token.endsWith(known.lastFour()))
                .forEach(known -> done(box.admin.tokens().revoke(root(), known.id())));
        return token;
    }

    private String expired() {
        var token = token(Scope.ADMIN, Duration.ofHours(1));
        box.pass(Duration.ofHours(1));
        return token;
    }

    private String token(Scope scope, @Nullable Duration life) {
        var end = life == null ? null : box.clock().instant().plus(life);
        try (var issued = done(box.tokens.create(new NewUserToken("test", Set.of(scope), end)))) {
            return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
        }
    }
}
