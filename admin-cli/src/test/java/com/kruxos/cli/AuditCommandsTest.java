package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandsTest {
    private static final String RECORD =
            "{\"seq\":%d,\"time\":\"2026-11-21T11:22:33.123456Z\",\"kind\":\"call.opened\","
                    + "\"principal\":{\"type\":\"agent\",\"id\":\"agt_x\",\"name\":\"build-bot\"},\"action\":\"tools/call\","
                    + "\"target\":\"demo__a_tool_with_a_long_name\",\"outcome\":\"refused\","
                    + "\"decision\":{\"tier\":\"block\",\"rule\":\"no deletions on weekdays\"}}";

    @TempDir
    Path home;

    @Test
    void aRecordFitsOnOneLineOf80Columns() throws Exception {
        try (var _ = FakeHttpServer.on(home, _ -> page(7))) {
            assertThat(CliRun.run(home, "audit", "query").out()).isEqualTo("""
                               SEQ  TIME (UTC)      WHO              WHAT               OUTCOME   RULE
                                 7  11-21 11:22:33  agent build-bot  tools/call demo_…  refused   no deleti…
                            """);
        }
    }

    @Test
    void aWideTerminalShowsMoreOfARecord() throws Exception {
        try (var _ = FakeHttpServer.on(home, _ -> page(7))) {
            var run = CliRun.with(home).terminal().variable("COLUMNS", "150").run("audit", "query");
            assertThat(run.out())
                    .contains(
                            "agent build-bot ",
                            "tools/call demo__a_tool_with_a_long_name ",
                            "no deletions on weekdays");
        }
    }

    @Test
    void filterOptionsAreSentAsQueryParameters() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> page(7))) {
            CliRun.run(
                    home,
                    "audit",
                    "query",
                    "--after",
                    "5",
                    "--before",
                    "9",
                    "-n",
                    "3",
                    "--agent",
                    "a",
                    "--kind",
                    "k",
                    "--principal",
                    "p");
            assertThat(server.requests().getFirst())
                    .startsWith("GET /api/v1/audit?agent=a&kind=k&principal=p&after=5&before=9&limit=3 HTTP/1.1");
        }
    }

    /** Fails without {@code last = last(next, last)} in AuditCommands.tail: the second poll would ask after 7 again. */
    @Test
    void tailContinuesAfterTheLastPrintedRecord() throws Exception {
        var runner = Thread.currentThread();
        try (var server = FakeHttpServer.on(home, request -> {
            if (request.contains("after=8")) {
                runner.interrupt();
            }
            return request.contains("after=7") ? page(8) : request.contains("after=") ? page() : page(6, 7);
        })) {
            var run = CliRun.run(home, "audit", "tail", "--json", "-n", "1");
            assertThat(run.exit()).isZero();
            assertThat(run.out().lines()).containsExactly(RECORD.formatted(7), RECORD.formatted(8));
            assertThat(server.requests().get(1)).startsWith("GET /api/v1/audit?after=7&wait=20&limit=500 ");
        } finally {
            Thread.interrupted();
        }
    }

    /** A process of its own, because it is the signal that matters. Fails without Interrupt in AuditCommands.tail. */
    @Test
    void interruptEndsTailWithExitCodeZero() throws Exception {
        var forever = new CountDownLatch(1);
        var polling = new CountDownLatch(1);
        try (var _ = FakeHttpServer.on(home, request -> {
            if (request.contains("wait=")) {
                polling.countDown();
                awaitQuietly(forever);
            }
            return page(7);
        })) {
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            // Whoever runs the tests in the background of a shell has had the signal switched off for all of them.
            var builder = new ProcessBuilder(
                    "env",
                    "--default-signal=INT",
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "com.kruxos.cli.Kruxos",
                    "audit",
                    "tail");
            builder.environment().put("KRUXOS_HOME", home.toString());
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            var process = builder.start();
            try (var out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(out.readLine()).contains("SEQ");
                assertThat(out.readLine()).contains("build-bot");
                assertThat(polling.await(60, TimeUnit.SECONDS)).isTrue();
                new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
                forever.countDown();
            }
        }
    }

    @Test
    void verifyFailsAndNamesTheBrokenRecord() throws Exception {
        var answer = "{\"ok\":false,\"records\":9,\"broken\":{\"seq\":4,\"reason\":\"its hash is another\"}}";
        try (var _ = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, answer))) {
            var run = CliRun.run(home, "audit", "verify");
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).startsWith("error: the audit log was changed: record 4, its hash is another\n");
            assertThat(CliRun.run(home, "audit", "verify", "--json").exit()).isEqualTo(1);
        }
    }

    @Test
    void verifyWithAFileNeedsTheLauncher() {
        assertThat(CliRun.run(home, "audit", "verify", "--file", "x").exit()).isEqualTo(2);
    }

    private static String page(int... numbers) {
        var leaves =
                java.util.Arrays.stream(numbers).mapToObj(RECORD::formatted).toList();
        return FakeHttpServer.jsonResponse(200, "{\"items\":[" + String.join(",", leaves) + "]}");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
