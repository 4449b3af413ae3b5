package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials, restarts and secret changes of a server. */
class ServerLifecycleTest {
    @TempDir
    Path folder;

    private TestAppliance trial;
    private Path effects;

    @BeforeEach
    void start() {
        effects = folder.resolve("effects.log");
        trial = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /** Fails when CredentialResolver.acquireEnvironment ignores a missing secret. */
    @Test
    void aMissingSecretKeepsTheServerStoppedAndCallsHintAtTheCommand() {
        trial.addServer(
                "odd",
                TestAppliance.faultyServerCommand(),
                Map.of("ODD_SECRET", "secret:odd/token"),
                Map.of("ODD_LOG", effects.toString()),
                "missing_secret");
        try (var agent = trial.connectAgent("first-comer")) {
            assertThat(agent.callText(1, "odd__pid", "{}"))
                    .contains("missing_secret")
                    .contains("kruxos secret put odd/token");
        }
        trial.putSecret("odd/token", "first-value-of-it");
        trial.awaitState("odd", "ready");
        trial.adminClient().delete("/secrets/odd/token");
        trial.awaitState("odd", "missing_secret");
        try (var agent = trial.connectAgent("unlucky")) {
            var text = agent.callText(1, "odd__pid", "{}");
            assertThat(text).contains("missing_secret").contains("odd/token").contains("kruxos secret put odd/token");
        }
        assertThat(TestAppliance.readLines(effects)).noneMatch(line -> line.startsWith("call"));
    }

    /** Fails when the registry does not recycle the server, or recycle closes instead of drains. */
    @Test
    void aChangedSecretIsUsedByTheNextCallAndDropsNoneInFlight() {
        trial.putSecret("odd/token", "first-value-of-it");
        trial.addFaultyServer("odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of("ODD_LOG", effects.toString()));
        try (var agent = trial.connectAgent("steady")) {
            var before = agent.callText(1, "odd__leak", "{\"how\":\"hash\"}");
            agent.sendCall(2, "odd__slow", "{\"ms\":1500,\"n\":\"long\"}");
            TestAppliance.await(
                    () -> TestAppliance.readLines(effects).contains("call slow long"), () -> "the long call to arrive");

            var put = trial.adminClient().putSecret("odd/token", "second-value-of-it");

            assertThat(put.json().path("recycled").toString()).isEqualTo("[\"odd\"]");
            assertThat(agent.callText(3, "odd__leak", "{\"how\":\"hash\"}"))
                    .isNotEqualTo(before)
                    .hasSize(64);
            assertThat(agent.awaitResponse(2)).contains("long done");
            assertThat(agent.callText(4, "odd__leak", "{}")).isEqualTo("the secret is [redacted]");
        }
    }

    /** Fails when ServerSupervisor.onInstanceEnded does not back off. */
    @Test
    void aServerThatExitsIsRestarted() {
        trial.addFaultyServer("odd");
        try (var agent = trial.connectAgent("patient")) {
            var pid = agent.callText(1, "odd__pid", "{}");
            var lost = agent.call(2, "odd__crash", "{}");
            assertThat(lost.path("error").path("code").asInt()).isEqualTo(-32001);
            assertThat(lost.toString()).contains("may have been executed");
            assertThat(agent.callText(3, "odd__pid", "{}")).matches("\\d+").isNotEqualTo(pid);
        }
    }

    @Test
    void aNewToolIsAnnouncedAndListed() {
        trial.addFaultyServer("odd");
        try (var agent = trial.connectAgent("curious");
                var other = trial.connectAgent("also-here")) {
            agent.call(1, "odd__grow", "{}");
            assertThat(other.awaitMessage(text -> text.contains("list_changed")))
                    .contains("notifications/tools/list_changed");
            assertThat(other.request(2, "tools/list", "{}").toString()).contains("odd__grown_");
        }
    }

    @Test
    void aMissingProgramIsReportedAndAffectsNoOtherServer() {
        trial.addFaultyServer("odd");
        trial.addServer("ghost", List.of("/no/such/program"), Map.of(), Map.of(), "backing_off");
        assertThat(trial.adminClient().get("/servers/ghost").body()).contains("/no/such/program");
        try (var agent = trial.connectAgent("unbothered")) {
            assertThat(agent.callText(1, "odd__pid", "{}")).matches("\\d+");
            assertThat(agent.request(2, "tools/list", "{}").toString()).contains("odd__pid");
        }
    }

    @Test
    void aDisabledServerHasNoProcessOrToolsUntilItIsEnabled() {
        trial.addFaultyServer("odd");
        try (var agent = trial.connectAgent("switcher")) {
            var pid = Long.parseLong(agent.callText(1, "odd__pid", "{}"));
            trial.adminClient().post("/servers/odd/disable", "{}");
            assertThat(TestAppliance.isRunning(pid)).isFalse();
            assertThat(agent.request(2, "tools/list", "{}")
                            .path("result")
                            .path("tools")
                            .isEmpty())
                    .isTrue();
            trial.adminClient().post("/servers/odd/enable", "{}");
            trial.awaitState("odd", "ready");
            assertThat(agent.callText(3, "odd__pid", "{}")).matches("\\d+");
        }
    }

    /** Fails when CredentialResolver.acquireEnvironment does not check the grants. */
    @Test
    void aServerReadsOnlyGrantedScopes() {
        trial.putSecret("other/token", "not-for-this-server");
        trial.addServer(
                "odd",
                TestAppliance.faultyServerCommand(),
                Map.of("ODD_SECRET", "secret:other/token"),
                Map.of(),
                "ready");
        trial.close();
        var database = com.kruxos.store.Database.open(trial.home().database());
        database.write(handle -> handle.execute("UPDATE server SET grants = '[]'"));
        database.close();
        trial.start();
        trial.awaitState("odd", "missing_secret");
        assertThat(trial.adminClient().get("/servers/odd").body()).contains("not granted the scope other");
    }

    @Test
    void knownToolsAreListedUnderTheSameNamesAfterARestart() {
        trial.addFaultyServer("odd");
        var key = trial.createAgent("returning");
        trial.restart();
        try (var agent = com.kruxos.peers.WebSocketAgent.connect(trial.port(), key)) {
            agent.initialize();
            assertThat(agent.request(1, "tools/list", "{}").toString()).contains("odd__echo");
            assertThat(agent.callText(2, "odd__slow", "{\"ms\":1,\"n\":\"back\"}"))
                    .isEqualTo("back done");
        }
        assertThat(trial.adminClient().get("/audit/verify").json().path("ok").asBoolean())
                .isTrue();
    }

    /** Fails when DirectChild does not kill the process tree. */
    @Test
    void stoppingTheApplianceKillsAllProcessesOfAServer() throws Exception {
        var pidFile = folder.resolve("grandchild.pid");
        var command = new java.util.ArrayList<>(
                List.of("/bin/sh", "-c", "sleep 600 & echo $! > " + pidFile + "; \"$@\"; true", "sh"));
        command.addAll(TestAppliance.faultyServerCommand());
        trial.addServer("nested", command, Map.of(), Map.of("ODD_STAYS", "1"), "ready");
        var grandchild = Long.parseLong(Files.readString(pidFile).strip());
        assertThat(TestAppliance.isRunning(grandchild)).isTrue();
        trial.close();
        assertThat(TestAppliance.isRunning(grandchild)).isFalse();
    }
}
