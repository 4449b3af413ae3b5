package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.web.LoopbackListener;
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
 * The access table, the column "Needs" of docs/wire/api.md: each row is requested on the port without a token, with a
 * token of each scope, and with invalid tokens. {@code ApiDocTest} checks that the rows are the routes of the code.
 */
class ApiAccessTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(GET|POST|PUT|PATCH|DELETE) (/[^` ]*)`(?: `[^`]*`)? \\| ([a-z:]+) \\|");

    private record AccessTableRow(String method, String path, String requiredAccess) {}

    @TempDir
    Path home;

    private AdminFixture fixture;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        var port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of());
        api = TokenApi.start(
                home,
                TokenApi.createContext(fixture.admin, fixture.database, fixture.clock()),
                fixture.tokens,
                port,
                _ -> true,
                Map.of(),
                TokenApi.trustedUsers());
        client = new RawApiClient(port.port())
                .checking(new ApiContract(
                        new RawApiClient(port.port()).get("/openapi.json").json()));
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    /** Fails if the documented scope of a row is not the required one, or a route does not check it. */
    @Test
    void everyRowOfTheAccessTableIsEnforced() throws IOException {
        var tokens = new EnumMap<Scope, String>(Scope.class);
        for (var scope : Scope.values()) {
            tokens.put(scope, newToken(scope, null));
        }
        var dead = List.of("krx_user_" + "A".repeat(43), revokedToken(), expiredToken());
        for (var row : readRows()) {
            var open = row.requiredAccess().equals("nothing");
            assertThat(statusOf(row, null)).as("%s with nothing", row).isEqualTo(open ? 200 : 401);
            for (var token : dead) {
                assertThat(statusOf(row, token)).as("%s with a dead token", row).isEqualTo(open ? 200 : 401);
            }
            for (var scope : Scope.values()) {
                var may = open
                        || (scope == Scope.ADMIN && !row.requiredAccess().equals("local"))
                        || scope.text().equals(row.requiredAccess());
                var status = statusOf(row, tokens.get(scope));
                assertThat(status == 403)
                        .as("%s with %s answered %s", row, scope, status)
                        .isEqualTo(!may);
                assertThat(status).as("%s with %s", row, scope).isNotIn(401, 500);
            }
        }
    }

    private int statusOf(AccessTableRow row, @Nullable String token) {
        // No resource has this name, so an allowed request changes nothing.
        var path = row.path().replaceAll("\\{\\w+}", "nothing");
        var beside = path.equals("/metrics") || path.equals("/openapi.json");
        var headers = token == null ? new String[0] : new String[] {"Authorization: Bearer " + token};
        return client.send(row.method(), beside ? path : ApiRoute.BASE + path, new byte[0], headers).status;
    }

    private static List<AccessTableRow> readRows() throws IOException {
        var rows = ROW.matcher(Files.readString(Path.of("..", "docs", "wire", "api.md")))
                .results()
                .map(row -> new AccessTableRow(row.group(1), row.group(2), row.group(3)))
                .toList();
        assertThat(rows).hasSizeGreaterThan(30);
        return rows;
    }

    private String revokedToken() {
        var token = newToken(Scope.ADMIN, null);
        fixture.tokens.list().stream()
                .filter(known -> token.endsWith(known.lastFour()))
                .forEach(known -> requireDone(fixture.admin.tokens().revoke(root(), known.id())));
        return token;
    }

    private String expiredToken() {
        var token = newToken(Scope.ADMIN, Duration.ofHours(1));
        fixture.advance(Duration.ofHours(1));
        return token;
    }

    private String newToken(Scope scope, @Nullable Duration life) {
        var end = life == null ? null : fixture.clock().instant().plus(life);
        try (var issued = requireDone(fixture.tokens.create(new NewUserToken("test", Set.of(scope), end)))) {
            return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
        }
    }
}
