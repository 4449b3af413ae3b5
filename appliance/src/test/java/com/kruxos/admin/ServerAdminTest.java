package com.kruxos.admin;

import static com.kruxos.admin.AdminBox.done;
import static com.kruxos.admin.AdminBox.refused;
import static com.kruxos.admin.AdminBox.root;
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

    private AdminBox box;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
    }

    @AfterEach
    void close() {
        box.close();
    }

    @Test
    void serversAreAddedShownSwitchedAndRemoved() {
        var servers = box.admin.servers();
        assertThat(done(servers.add(root(), GIT)).space()).isEqualTo("default");
        assertThat(refused(servers.add(root(), GIT))).isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(done(servers.setEnabled(root(), "default", "git", false))
                        .server()
                        .enabled())
                .isFalse();
        assertThat(done(servers.list("default"))).hasSize(1);
        done(servers.remove(root(), "default", "git"));
        assertThat(refused(servers.show("default", "git"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(box.closed())
                .containsExactly("server.add done", "server.add refused", "server.disable done", "server.remove done");
    }

    /** Red when ServerAdmin.details records more of plain variables than their names. */
    @Test
    void theRecordHoldsNamesAndNoValues() {
        done(box.admin.servers().add(root(), GIT));

        assertThat(box.written.toString()).contains("LEVEL").doesNotContain("s3cr3t");
    }

    @Test
    void whatCannotBeAServerIsRefused() {
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
            assertThat(refused(box.admin.servers().add(root(), wrong))).isEqualTo(Result.RefusalReason.INVALID);
        }
        assertThat(box.servers.all).isEmpty();
        assertThat(box.written.toString()).doesNotContain("hunter2");
    }

    /** Red without the question in ServerAdmin.insert, and without the one in ServerForm.place. */
    @Test
    void whoIsToBeOfflineNeedsAUnitAndAProgram() {
        assertThat(refused(box.admin.servers().add(root(), offline(null)))).isEqualTo(Result.RefusalReason.CONFLICT);
        box.servers.units = true;
        assertThat(refused(box.admin.servers().add(root(), offline("https://far.example/mcp"))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(done(box.admin.servers().add(root(), offline(null))).server().offline())
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
