package com.kruxos.admin;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.requireRefused;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import com.kruxos.server.NewServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceAdminTest {
    @TempDir
    Path home;

    /** Fails without any step of {@code SpaceAdmin.deleteContents}. */
    @Test
    void deletingASpaceDeletesItsContentsAndNothingElse() {
        try (var box = new AdminFixture(home)) {
            var admin = box.admin;
            requireDone(admin.spaces().create(root(), "other"));
            var value = "correct horse".getBytes(StandardCharsets.UTF_8);
            for (var space : List.of("default", "other")) {
                requireDone(admin.secrets().put(root(), space, "git/token", value, false));
                requireDone(admin.servers()
                        .add(
                                root(),
                                new NewServer(
                                        space, "git", List.of("true"), Map.of(), Map.of(), Set.of(), null, true)));
            }
            var going = requireDone(admin.agents().create(root(), "other", "going", "", null));
            var staying = requireDone(admin.agents().create(root(), "default", "staying", "", null));
            var inside = box.agents.authenticate(going.key().ascii()).orElseThrow();
            var line = new RecordingAgentConnection(() -> {});
            box.openSession(inside.agent().id(), inside.keyId(), line);
            assertThat(requireDone(admin.spaces().show("other"))).satisfies(view -> {
                assertThat(view.agents()).isOne();
                assertThat(view.servers()).isOne();
                assertThat(view.secrets()).isOne();
            });

            var deleted = requireDone(admin.spaces().delete(root(), "other"));

            assertThat(deleted).isEqualTo(new SpaceAdmin.DeletedSpace(1, 1, 1));
            assertThat(line.closeReason).isNotNull();
            assertThat(box.agents.authenticate(going.key().ascii())).isEmpty();
            assertThat(box.agents.authenticate(staying.key().ascii())).isPresent();
            assertThat(box.servers.servers).hasSize(1);
            assertThat(requireRefused(admin.spaces().show("other"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
            assertThat(requireRefused(admin.secrets().get(root(), "other", "git/token")))
                    .isEqualTo(Result.RefusalReason.NOT_FOUND);
            requireDone(admin.secrets().get(root(), "default", "git/token")).close();
            assertThat(admin.spaces().list()).hasSize(1);
            assertThat(box.closedActions()).contains("space.delete done");
        }
    }
}
