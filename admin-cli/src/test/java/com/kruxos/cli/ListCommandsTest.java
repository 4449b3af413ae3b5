package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandsTest {
    @TempDir
    Path home;

    /** Fails without the loop in Api.all. */
    @Test
    void everyPageIsFetched() throws Exception {
        try (var server = FakeHttpServer.on(
                home,
                request -> FakeHttpServer.jsonResponse(
                        200,
                        request.contains("after=n+1") || request.contains("after=n%2B1")
                                ? "{\"items\":[{\"name\":\"two\"}]}"
                                : "{\"items\":[{\"name\":\"one\"}],\"next\":\"n+1\"}"))) {
            assertThat(CliRun.run(home, "space", "list", "--json").out()).isEqualTo("""
                            {
                              "items": [
                                {
                                  "name": "one"
                                },
                                {
                                  "name": "two"
                                }
                              ]
                            }
                            """);
            assertThat(server.requests().getFirst()).startsWith("GET /api/v1/spaces?limit=500 ");
        }
    }

    /** Fails without {@code .withQuery("server", server)} in SecretCommands.list. */
    @Test
    void secretListFiltersByServerAndShowsNoValues() throws Exception {
        var item = "{\"name\":\"github/token\",\"version\":3,\"updated\":\"2026-11-21T11:00:00Z\","
                + "\"used_by\":[\"github\"],\"decrypts\":false}";
        try (var server =
                FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{\"items\":[" + item + "]}"))) {
            assertThat(CliRun.run(home, "secret", "list", "--server", "github").out())
                    .isEqualTo("""
                            NAME          VERSION  UPDATED               USED BY  STATE
                            github/token  3        2026-11-21T11:00:00Z  github   does not decrypt
                            """);
            assertThat(server.requests().getFirst()).startsWith("GET /api/v1/secrets?server=github&limit=500 ");
        }
    }

    @Test
    void jsonOutputKeepsNumbersAndText() throws Exception {
        var leaf = "{\"a\":9007199254740993,\"b\":1.10,\"c\":\"\\u0001\\\"ü\",\"d\":null,\"e\":[],\"f\":{},\"g\":true}";
        try (var _ = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, leaf))) {
            assertThat(CliRun.run(home, "space", "show", "x", "--json").out())
                    .contains("9007199254740993", "1.10", "\"\\u0001\\\"ü\"", "null", "[]", "{}", "true");
        }
    }
}
