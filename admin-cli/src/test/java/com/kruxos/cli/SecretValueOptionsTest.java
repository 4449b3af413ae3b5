package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a secret's value gets in and out: asked for unseen, wiped after use, printed only by get. */
class SecretValueOptionsTest {
    private static final String VALUE = "open-sesame-ü";

    @TempDir
    Path home;

    /** Fails without {@code Arrays.fill(typed, …)} in SecretValueOptions.promptFor. */
    @Test
    void aTypedValueIsReadOnceAndWiped() throws Exception {
        try (var server =
                FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{\"name\":\"a/b\",\"version\":1}"))) {
            var person = new FakePrompt(VALUE);
            var run = CliRun.with(home).prompt(person).run("secret", "put", "a/b");
            assertThat(run.exit()).isZero();
            assertThat(run.out() + run.err()).doesNotContain(VALUE);
            assertThat(person.prompts()).containsExactly("Value of a/b (not shown): ");
            assertThat(person.returnedArrays().getFirst()).containsOnly('\0');
            assertThat(server.requests().getFirst())
                    .startsWith("PUT /api/v1/secrets/a/b HTTP/1.1\r\n")
                    .contains("\r\nContent-Type: application/octet-stream\r\n")
                    .endsWith("\r\n\r\n" + VALUE);
        }
    }

    @Test
    void onlyStandardInputLosesOneFinalNewline() throws Exception {
        var file = Files.writeString(home.resolve("value"), "12345678\n\n");
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            CliRun.with(home).input("12345678\n\n").run("secret", "put", "a/b", "--stdin");
            assertThat(server.requests().getLast()).endsWith("\r\n\r\n12345678\n");
            CliRun.with(home).input("12345678\r\n").run("secret", "put", "a/b", "--stdin");
            assertThat(server.requests().getLast()).endsWith("\r\n\r\n12345678");
            CliRun.run(home, "secret", "put", "a/b", "--from-file", file.toString());
            assertThat(server.requests().getLast()).endsWith("\r\n\r\n12345678\n\n");
        }
    }

    @Test
    void aValueOver64KiBIsRejectedBeforeItIsSent() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            assertThat(CliRun.with(home)
                            .input("x".repeat(65536))
                            .run("secret", "put", "a/b", "--stdin")
                            .exit())
                    .isZero();
            assertThat(CliRun.with(home)
                            .input("x".repeat(65537))
                            .run("secret", "put", "a/b", "--stdin")
                            .exit())
                    .isEqualTo(2);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void getAddsANewlineOnATerminalOnly() throws Exception {
        try (var _ = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, VALUE))) {
            assertThat(CliRun.run(home, "secret", "get", "a/b")).isEqualTo(new CliRun(0, VALUE, ""));
            assertThat(CliRun.with(home).terminal().run("secret", "get", "a/b").out())
                    .isEqualTo(VALUE + System.lineSeparator());
            assertThat(CliRun.run(home, "secret", "get", "a/b", "--json").exit())
                    .isEqualTo(2);
        }
    }

    @Test
    void anyNameStaysOnePathSegment() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "v"))) {
            CliRun.run(home, "secret", "get", "a b/../c?d");
            assertThat(server.requests().getFirst()).startsWith("GET /api/v1/secrets/a%20b/..%2Fc%3Fd HTTP/1.1");
            assertThat(CliRun.run(home, "secret", "get", "/x").exit()).isEqualTo(2);
            assertThat(CliRun.run(home, "secret", "get", "x/").exit()).isEqualTo(2);
        }
    }

    @Test
    void aServerSecretIsReadBeforeAnythingIsChanged() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(201, "{}"))) {
            var nobody = CliRun.run(home, "server", "add", "x", "--secret-env", "TOKEN", "--", "run");
            assertThat(nobody.exit()).isEqualTo(2);
            assertThat(server.requests()).isEmpty();
            CliRun.with(home)
                    .prompt(new FakePrompt(VALUE))
                    .run("server", "add", "x", "--secret-env", "TOKEN", "--", "run", "-y", "@a/b");
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().getFirst())
                    .startsWith("POST /api/v1/servers HTTP/1.1")
                    .contains("\"command\":[\"run\",\"-y\",\"@a/b\"]", "\"env\":{\"TOKEN\":\"secret:x/TOKEN\"}")
                    .doesNotContain(VALUE);
            assertThat(server.requests().getLast())
                    .startsWith("PUT /api/v1/secrets/x/TOKEN HTTP/1.1")
                    .endsWith("\r\n\r\n" + VALUE);
        }
    }

    @Test
    void aSecretThatCannotBeStoredIsReportedWithTheNextStep() throws Exception {
        try (var _ = FakeHttpServer.on(
                home,
                request -> request.startsWith("PUT")
                        ? FakeHttpServer.jsonResponse(422, "{\"detail\":\"too short\"}")
                        : FakeHttpServer.jsonResponse(201, "{}"))) {
            var run = CliRun.with(home)
                    .input("abc")
                    .run("server", "add", "x", "--secret-env", "T", "--stdin", "--", "run");
            assertThat(run.exit()).isEqualTo(4);
            assertThat(run.err()).isEqualTo("""
                            error: server x is added, but its secret is not stored: too short
                            hint: store it with: kruxos secret put x/T
                            """);
        }
    }

    @Test
    void deleteAsksOnATerminal() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{\"deleted\":1}"))) {
            assertThat(CliRun.with(home)
                            .prompt(new FakePrompt("n"))
                            .run("secret", "delete", "a/b")
                            .exit())
                    .isEqualTo(1);
            assertThat(server.requests()).isEmpty();
            assertThat(CliRun.with(home)
                            .prompt(new FakePrompt("y"))
                            .run("secret", "delete", "a/b")
                            .exit())
                    .isZero();
            assertThat(CliRun.with(home)
                            .prompt(new FakePrompt("n"))
                            .run("secret", "delete", "a/b", "-y")
                            .exit())
                    .isZero();
            assertThat(CliRun.run(home, "secret", "delete", "a/").exit()).isZero();
            assertThat(server.requests()).hasSize(3);
            assertThat(server.requests().getLast()).startsWith("DELETE /api/v1/secrets/a/ HTTP/1.1");
        }
    }
}
