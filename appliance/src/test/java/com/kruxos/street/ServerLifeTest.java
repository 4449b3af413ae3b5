package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's life: what it may borrow, how it comes back, and what happens when a secret changes. */
class ServerLifeTest {
    @TempDir
    Path folder;

    private Trial trial;
    private Path effects;

    @BeforeEach
    void start() {
        effects = folder.resolve("effects.log");
        trial = Trial.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /** Row C1 (environment): red without {@code Lent.Missing} in {@code Credentials.environment}. */
    @Test
    void aServerWhoseSecretIsMissingDoesNotStartAndTheCallSaysWhichCommandMendsIt() {
        trial.server(
                "odd",
                Trial.oddCommand(),
                Map.of("ODD_SECRET", "secret:odd/token"),
                Map.of("ODD_LOG", effects.toString()),
                "missing_secret");
        try (var agent = trial.connected("first-comer")) {
            assertThat(agent.callText(1, "odd__pid", "{}"))
                    .contains("missing_secret")
                    .contains("kruxos secret put odd/token");
        }
        trial.secret("odd/token", "first-value-of-it");
        trial.awaitState("odd", "ready");
        trial.api().delete("/secrets/odd/token");
        trial.awaitState("odd", "missing_secret");
        try (var agent = trial.connected("unlucky")) {
            var text = agent.callText(1, "odd__pid", "{}");
            assertThat(text).contains("missing_secret").contains("odd/token").contains("kruxos secret put odd/token");
        }
        assertThat(Trial.lines(effects)).noneMatch(line -> line.startsWith("call"));
    }

    /** Red without {@code Upstream.recycle} in {@code Servers.secretChanged}, or without {@code old.leave()} in it. */
    @Test
    void aChangedSecretReachesTheNextCallAndDropsNoneInFlight() {
        trial.secret("odd/token", "first-value-of-it");
        trial.oddServer("odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of("ODD_LOG", effects.toString()));
        try (var agent = trial.connected("steady")) {
            var before = agent.callText(1, "odd__leak", "{\"how\":\"hash\"}");
            agent.sendCall(2, "odd__slow", "{\"ms\":1500,\"n\":\"long\"}");
            Trial.await(() -> Trial.lines(effects).contains("call slow long"), () -> "the long call to arrive");

            var put = trial.api().putSecret("odd/token", "second-value-of-it");

            assertThat(put.json().path("recycled").toString()).isEqualTo("[\"odd\"]");
            assertThat(agent.callText(3, "odd__leak", "{\"how\":\"hash\"}"))
                    .isNotEqualTo(before)
                    .hasSize(64);
            assertThat(agent.answer(2)).contains("long done");
            assertThat(agent.callText(4, "odd__leak", "{}")).isEqualTo("the secret is [redacted]");
        }
    }

    /** Row F5, on a pipe: red without {@code backOff} in Upstream.ended. */
    @Test
    void aServerThatDiesIsRestartedAndTheNextCallWorks() {
        trial.oddServer("odd");
        try (var agent = trial.connected("patient")) {
            var pid = agent.callText(1, "odd__pid", "{}");
            var lost = agent.call(2, "odd__crash", "{}");
            assertThat(lost.path("error").path("code").asInt()).isEqualTo(-32001);
            assertThat(lost.toString()).contains("may have been carried out");
            assertThat(agent.callText(3, "odd__pid", "{}")).matches("\\d+").isNotEqualTo(pid);
        }
    }

    @Test
    void aToolThatAppearsIsAnnouncedAndListed() {
        trial.oddServer("odd");
        try (var agent = trial.connected("curious");
                var other = trial.connected("also-here")) {
            agent.call(1, "odd__grow", "{}");
            assertThat(other.next(text -> text.contains("list_changed"))).contains("notifications/tools/list_changed");
            assertThat(other.ask(2, "tools/list", "{}").toString()).contains("odd__grown_");
        }
    }

    /** Row F6, for one that cannot be started. */
    @Test
    void aProgramThatIsNotThereIsNamedAndHurtsNobodyElse() {
        trial.oddServer("odd");
        trial.server("ghost", List.of("/no/such/program"), Map.of(), Map.of(), "backing_off");
        assertThat(trial.api().get("/servers/ghost").body()).contains("/no/such/program");
        try (var agent = trial.connected("unbothered")) {
            assertThat(agent.callText(1, "odd__pid", "{}")).matches("\\d+");
            assertThat(agent.ask(2, "tools/list", "{}").toString()).contains("odd__pid");
        }
    }

    @Test
    void aServerSwitchedOffIsGoneWithItsProcessAndToolsAndComesBack() {
        trial.oddServer("odd");
        try (var agent = trial.connected("switcher")) {
            var pid = Long.parseLong(agent.callText(1, "odd__pid", "{}"));
            trial.api().post("/servers/odd/disable", "{}");
            assertThat(Trial.runs(pid)).isFalse();
            assertThat(agent.ask(2, "tools/list", "{}")
                            .path("result")
                            .path("tools")
                            .isEmpty())
                    .isTrue();
            trial.api().post("/servers/odd/enable", "{}");
            trial.awaitState("odd", "ready");
            assertThat(agent.callText(3, "odd__pid", "{}")).matches("\\d+");
        }
    }

    /** Row P2: red without {@code grants.contains} in {@code Credentials.environment}. */
    @Test
    void aServerReadsOnlyTheScopesItWasGranted() {
        trial.secret("other/token", "not-for-this-server");
        trial.server("odd", Trial.oddCommand(), Map.of("ODD_SECRET", "secret:other/token"), Map.of(), "ready");
        trial.close();
        var database = com.kruxos.store.Database.open(trial.home().database(), com.kruxos.Home.SCHEMA);
        database.write(handle -> handle.execute("UPDATE server SET grants = '[]'"));
        database.close();
        trial.start();
        trial.awaitState("odd", "missing_secret");
        assertThat(trial.api().get("/servers/odd").body()).contains("not granted the scope other");
    }

    @Test
    void afterARestartTheKnownToolsAreThereAtOnceUnderTheSameNames() {
        trial.oddServer("odd");
        var key = trial.agent("returning");
        trial.restart();
        try (var agent = com.kruxos.peers.RawAgent.connect(trial.port(), key)) {
            agent.hello();
            assertThat(agent.ask(1, "tools/list", "{}").toString()).contains("odd__echo");
            assertThat(agent.callText(2, "odd__slow", "{\"ms\":1,\"n\":\"back\"}"))
                    .isEqualTo("back done");
        }
        assertThat(trial.api().get("/audit/verify").json().path("ok").asBoolean())
                .isTrue();
    }

    /** Row F4: red without {@code family.end} in PlainChild.watch. */
    @Test
    void nothingOfAServerIsLeftWhenTheApplianceStops() throws Exception {
        var pidFile = folder.resolve("grandchild.pid");
        var command = new java.util.ArrayList<>(
                List.of("/bin/sh", "-c", "sleep 600 & echo $! > " + pidFile + "; \"$@\"; true", "sh"));
        command.addAll(Trial.oddCommand());
        trial.server("nested", command, Map.of(), Map.of("ODD_STAYS", "1"), "ready");
        var grandchild = Long.parseLong(Files.readString(pidFile).strip());
        assertThat(Trial.runs(grandchild)).isTrue();
        trial.close();
        assertThat(Trial.runs(grandchild)).isFalse();
    }
}
