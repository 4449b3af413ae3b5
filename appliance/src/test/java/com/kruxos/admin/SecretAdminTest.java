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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretAdminTest {
    private static final byte[] VALUE = "correct horse battery".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path home;

    private AdminFixture fixture;
    private SecretAdmin secrets;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        secrets = fixture.admin.secrets();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aSecretIsStoredReadOverwrittenAndDeleted() {
        assertThat(put("git/token").version()).isOne();
        assertThat(put("git/token").version()).isEqualTo(2);
        try (var lease = requireDone(secrets.get(root(), "default", "git/token"))) {
            assertThat(lease.value()).isEqualTo(VALUE);
        }
        assertThat(requireDone(secrets.delete(root(), "default", "git/token"))).isOne();
        assertThat(requireRefused(secrets.get(root(), "default", "git/token")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(requireRefused(secrets.delete(root(), "default", "git/token")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    /** Fails when {@code SecretAdmin.get} or {@code list} bypasses {@code AuditedActions}. */
    @Test
    void readsAndListsAreRecordedWithoutValues() {
        put("git/token");
        requireDone(secrets.get(root(), "default", "git/token")).close();
        requireDone(secrets.list(root(), "default", null));
        requireRefused(secrets.get(root(), "default", "git/other"));
        requireDone(secrets.deleteScope(root(), "default", "git"));

        assertThat(fixture.closedActions())
                .containsExactly(
                        "secret.put done",
                        "secret.get done",
                        "secret.list done",
                        "secret.get refused",
                        "secret.delete-scope done");
        assertThat(fixture.appendedEntries.toString())
                .doesNotContain("correct horse")
                .contains("git/token");
    }

    /** Fails without {@code servers.secretChanged} in {@code store} and {@code notifyServers}. */
    @Test
    void serversThatUseASecretAreRecycledWhenItChanges() {
        addServer("by-entry", Map.of("TOKEN", "secret:git/token"), Set.of());
        addServer("by-grant", Map.of(), Set.of("git"));
        addServer("stranger", Map.of("TOKEN", "secret:other/token"), Set.of());

        assertThat(put("git/token").recycledServers()).containsExactly("by-entry", "by-grant");
        requireDone(secrets.delete(root(), "default", "git/token"));
        put("git/token");
        requireDone(secrets.deleteScope(root(), "default", "git"));

        assertThat(fixture.servers.changedSecrets).containsExactly("git/token", "git/token", "git/token", "git/");
    }

    /** Fails without {@code server.grants()} in {@code SecretUsage.mayRead}. */
    @Test
    void listsShowWhichServersUseASecretAndCanBeFilteredByServer() {
        addServer("by-entry", Map.of("TOKEN", "secret:NAME"), Set.of());
        addServer("by-grant", Map.of(), Set.of("git"));
        put("git/token");
        put("NAME/value");

        var all = requireDone(secrets.list(root(), "default", null));
        assertThat(all).extracting(view -> view.secret().name().name()).containsExactly("NAME/value", "git/token");
        assertThat(all.getFirst().usedBy()).containsExactly("by-entry");
        assertThat(all.getLast().usedBy()).containsExactly("by-grant");
        assertThat(requireDone(secrets.list(root(), "default", "by-grant")))
                .extracting(view -> view.secret().name().name())
                .containsExactly("git/token");
        assertThat(requireRefused(secrets.list(root(), "default", "nobody"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    @Test
    void invalidValuesAreRefused() {
        assertThat(requireRefused(secrets.put(root(), "default", "git/token", new byte[7], false)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(requireDone(secrets.put(root(), "default", "git/token", new byte[7], true))
                        .warning())
                .contains("not redacted");
        assertThat(requireRefused(secrets.put(root(), "default", "git/token", new byte[0], true)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(requireRefused(secrets.put(root(), "default", "../token", VALUE, false)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(requireRefused(secrets.put(root(), "nowhere", "git/token", VALUE, false)))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    @Test
    void theKeysOfTheApplianceCannotBeRead() {
        assertThat(requireRefused(secrets.get(root(), "system", "pepper/value")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(requireRefused(secrets.list(root(), "system", null))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    private SecretAdmin.StoredSecret put(String name) {
        return requireDone(secrets.put(root(), "default", name, VALUE, false));
    }

    private void addServer(String name, Map<String, String> env, Set<String> grants) {
        requireDone(fixture.admin
                .servers()
                .add(root(), new NewServer("default", name, List.of("true"), env, Map.of(), grants, null, true)));
    }
}
