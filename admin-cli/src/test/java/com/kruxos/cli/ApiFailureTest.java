package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script can branch on: one exit code for each kind of ending. */
class ApiFailureTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "200, 0", "201, 0", "500, 1", "503, 1", "404, 3", "400, 4", "403, 4", "409, 4", "413, 4", "422, 4", "401, 6"
    })
    void theExitCodeFollowsTheHttpStatus(int status, int exit) throws Exception {
        try (var _ = FakeHttpServer.on(
                home, _ -> FakeHttpServer.jsonResponse(status, "{\"detail\":\"why\",\"hint\":\"do that\"}"))) {
            assertThat(CliRun.run(home, "space", "show", "x").exit()).isEqualTo(exit);
        }
    }

    @Test
    void printsDetailAndHintOfTheApi() throws Exception {
        try (var _ = FakeHttpServer.on(
                home,
                _ -> FakeHttpServer.jsonResponse(
                        409, "{\"title\":\"Conflict\",\"detail\":\"x is taken\",\"hint\":\"use y\"}"))) {
            var run = CliRun.run(home, "space", "create", "x");
            assertThat(run.err()).isEqualTo("error: x is taken\nhint: use y\n");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void anErrorThatIsNotJsonKeepsItsStatus() throws Exception {
        try (var _ = FakeHttpServer.on(home, _ -> "HTTP/1.1 404 Not Found\r\n\r\n<html>")) {
            var run = CliRun.run(home, "space", "show", "x");
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err()).isEqualTo("error: the appliance responded with status 404\n");
        }
    }

    @Test
    void aResponseThatIsNotJsonFails() throws Exception {
        try (var _ = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "<html>"))) {
            assertThat(CliRun.run(home, "space", "show", "x").exit()).isEqualTo(1);
        }
    }

    @Test
    void aMissingSocketIsUnreachable() {
        var run = CliRun.run(home, "status");
        assertThat(run.exit()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("error: no appliance responds at " + home.resolve("run/admin.sock"))
                .contains("hint: start it with: kruxos up");
    }

    @Test
    void aStaleSocketFileIsUnreachable() throws Exception {
        FakeHttpServer.on(home, _ -> "").close();
        assertThat(CliRun.run(home, "status").exit()).isEqualTo(5);
    }

    @Test
    void theRecordedSocketPathIsUsed() throws Exception {
        var elsewhere = Files.createDirectories(home.resolve("short"));
        var deep = Files.createDirectories(home.resolve("deep").resolve("run"));
        Files.writeString(deep.resolve("admin.sock.path"), elsewhere.resolve("run/admin.sock") + "\n");
        try (var _ = FakeHttpServer.on(elsewhere, _ -> FakeHttpServer.jsonResponse(200, "{\"name\":\"x\"}"))) {
            assertThat(CliRun.run(home.resolve("deep"), "space", "show", "x").exit())
                    .isZero();
        }
    }

    @Test
    void homeOptionPrecedesVariableAndDefault() throws Exception {
        var other = Files.createDirectories(home.resolve("o"));
        try (var _ = FakeHttpServer.on(other, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            assertThat(CliRun.run(home, "space", "show", "x").exit()).isEqualTo(5);
            assertThat(CliRun.run(home, "space", "show", "x", "--home", other.toString())
                            .exit())
                    .isZero();
            assertThat(CliRun.run(home, "--home", other.toString(), "space", "show", "x")
                            .exit())
                    .isZero();
            assertThat(CliRun.run(other, "space", "show", "x").exit()).isZero();
        }
        var person = Files.createDirectories(home.resolve("p"));
        try (var _ = FakeHttpServer.on(person.resolve(".kruxos"), _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            var run = CliRun.with(home).variable("KRUXOS_HOME", "").variable("HOME", person.toString());
            assertThat(run.run("space", "show", "x").exit()).isZero();
        }
    }

    /**
     * Fails without the Authorization header in AdminApiClient.headers, and with another variable in
     * CommandContext.api.
     */
    @Test
    void onlyAValidTokenIsSent() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            CliRun.with(home).variable("KRUXOS_TOKEN", "krx_user_abc").run("space", "show", "x");
            assertThat(server.requests().getLast()).doesNotContain("Authorization");
            CliRun.with(home).variable("KRUXOS_USER_TOKEN", "krx_user_abc").run("space", "show", "x");
            assertThat(server.requests().getLast()).contains("\r\nAuthorization: Bearer krx_user_abc\r\n");
            var broken = CliRun.with(home)
                    .variable("KRUXOS_USER_TOKEN", "krx_user_abc\r\nX: y")
                    .run("space", "show", "x");
            assertThat(broken.exit()).isEqualTo(6);
            assertThat(broken.err()).doesNotContain("krx_user_abc");
            assertThat(server.requests()).hasSize(2);
        }
    }
}
