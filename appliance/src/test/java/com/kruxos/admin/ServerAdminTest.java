package com.kruxos.admin;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.requireRefused;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import com.kruxos.server.NewServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAdminTest {
    private static final NewServer GIT = new NewServer(
            "default",
            "git",
            List.of("git-mcp", "--stdio"),
            Map.of("TOKEN", "secret:git/token"),
            Map.of("LEVEL", "s3cr3t-in-the-wrong-place"),
            Set.of("git"),
            null,
            true);

    @TempDir
    Path home;

    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void serversAreAddedShownDisabledAndRemoved() {
        var servers = fixture.admin.servers();
        assertThat(requireDone(servers.add(root(), GIT)).space()).isEqualTo("default");
        assertThat(requireRefused(servers.add(root(), GIT))).isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(requireDone(servers.setEnabled(root(), "default", "git", false))
                        .server()
                        .enabled())
                .isFalse();
        assertThat(requireDone(servers.list("default"))).hasSize(1);
        requireDone(servers.remove(root(), "default", "git"));
        assertThat(requireRefused(servers.show("default", "git"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(fixture.closedActions())
                .containsExactly("server.add done", "server.add refused", "server.disable done", "server.remove done");
    }

    /** Fails when {@code ServerAdmin.details} records values of plain variables. */
    @Test
    void theAuditRecordHoldsNamesAndNoValues() {
        requireDone(fixture.admin.servers().add(root(), GIT));

        assertThat(fixture.appendedEntries.toString()).contains("LEVEL").doesNotContain("s3cr3t");
    }

    @Test
    void invalidServersAreRefused() {
        for (var wrong : List.of(
                named("kruxos"),
                named("Git"),
                with(List.of(), Map.of(), Map.of()),
                with(List.of(" "), Map.of(), Map.of()),
                with(List.of("x".repeat(5000)), Map.of(), Map.of()),
                with(List.of("a\0b"), Map.of(), Map.of()),
                with(List.of("git"), Map.of("TOKEN", "hunter2-the-value"), Map.of()),
                with(List.of("git"), Map.of("TOKEN", "secret:../x"), Map.of()),
                with(List.of("git"), Map.of("A B", "secret:git"), Map.of()),
                with(List.of("git"), Map.of("A", "secret:git"), Map.of("A", "x")),
                new NewServer("default", "git", List.of("git"), Map.of(), Map.of(), Set.of("a/b"), null, true),
                new NewServer("default", "git", List.of("git"), Map.of(), Map.of(), Set.of(), "here", true))) {
            assertThat(requireRefused(fixture.admin.servers().add(root(), wrong)))
                    .isEqualTo(Result.RefusalReason.INVALID);
        }
        assertThat(fixture.servers.servers).isEmpty();
        assertThat(fixture.appendedEntries.toString()).doesNotContain("hunter2");
    }

    /** Fails without the check in {@code ServerAdmin.validateAndAdd} or in {@code NewServerValidator.checkTarget}. */
    @Test
    void anOfflineServerNeedsASystemdUnitAndACommand() {
        assertThat(requireRefused(fixture.admin.servers().add(root(), offline(null))))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        fixture.servers.canIsolate = true;
        assertThat(requireRefused(fixture.admin.servers().add(root(), offline("https://far.example/mcp"))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(requireDone(fixture.admin.servers().add(root(), offline(null)))
                        .server()
                        .offline())
                .isTrue();
    }

    private static NewServer offline(@Nullable String url) {
        var command = url == null ? List.of("git") : List.<String>of();
        return new NewServer(
                "default", "git", command, Map.of(), Map.of(), Set.of(), null, true, url, Map.of(), false, true);
    }

    private static NewServer named(String name) {
        return new NewServer("default", name, List.of("git"), Map.of(), Map.of(), Set.of(), null, true);
    }

    private static NewServer with(List<String> command, Map<String, String> env, Map<String, String> plain) {
        return new NewServer("default", "git", command, env, plain, Set.of(), null, true);
    }
}
