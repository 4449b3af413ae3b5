package com.kruxos.admin;

import static com.kruxos.admin.AdminBox.done;
import static com.kruxos.admin.AdminBox.refused;
import static com.kruxos.admin.AdminBox.root;
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

    private AdminBox box;
    private SecretAdmin secrets;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
        secrets = box.admin.secrets();
    }

    @AfterEach
    void close() {
        box.close();
    }

    @Test
    void aSecretIsPutReadOverwrittenAndDeleted() {
        assertThat(put("git/token").version()).isOne();
        assertThat(put("git/token").version()).isEqualTo(2);
        try (var lease = done(secrets.get(root(), "default", "git/token"))) {
            assertThat(lease.value()).isEqualTo(VALUE);
        }
        assertThat(done(secrets.delete(root(), "default", "git/token"))).isOne();
        assertThat(refused(secrets.get(root(), "default", "git/token"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(refused(secrets.delete(root(), "default", "git/token"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    /** P6. Red when SecretAdmin.get or list reads past Acts.perform. */
    @Test
    void readsAndListsAreRecordedTooAndNeverAValue() {
        put("git/token");
        done(secrets.get(root(), "default", "git/token")).close();
        done(secrets.list(root(), "default", null));
        refused(secrets.get(root(), "default", "git/other"));
        done(secrets.deleteScope(root(), "default", "git"));

        assertThat(box.closed())
                .containsExactly(
                        "secret.put done",
                        "secret.get done",
                        "secret.list done",
                        "secret.get refused",
                        "secret.delete-scope done");
        assertThat(box.written.toString()).doesNotContain("correct horse").contains("git/token");
    }

    /** Red without {@code servers.secretChanged} in SecretAdmin.keep and gone. */
    @Test
    void serversThatReadASecretAreRecycledWhenItChanges() {
        server("by-entry", Map.of("TOKEN", "secret:git/token"), Set.of());
        server("by-grant", Map.of(), Set.of("git"));
        server("stranger", Map.of("TOKEN", "secret:other/token"), Set.of());

        assertThat(put("git/token").recycled()).containsExactly("by-entry", "by-grant");
        done(secrets.delete(root(), "default", "git/token"));
        put("git/token");
        done(secrets.deleteScope(root(), "default", "git"));

        assertThat(box.servers.changed).containsExactly("git/token", "git/token", "git/token", "git/");
    }

    /** C6, P2. Red without {@code server.grants()} in Uses.mayRead. */
    @Test
    void listsSayWhoUsesASecretAndCanBeNarrowedToAServer() {
        server("by-entry", Map.of("TOKEN", "secret:NAME"), Set.of());
        server("by-grant", Map.of(), Set.of("git"));
        put("git/token");
        put("NAME/value");

        var all = done(secrets.list(root(), "default", null));
        assertThat(all).extracting(view -> view.secret().name().name()).containsExactly("NAME/value", "git/token");
        assertThat(all.getFirst().usedBy()).containsExactly("by-entry");
        assertThat(all.getLast().usedBy()).containsExactly("by-grant");
        assertThat(done(secrets.list(root(), "default", "by-grant")))
                .extracting(view -> view.secret().name().name())
                .containsExactly("git/token");
        assertThat(refused(secrets.list(root(), "default", "nobody"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    @Test
    void valuesThatCannotBeKeptAreRefused() {
        assertThat(refused(secrets.put(root(), "default", "git/token", new byte[7], false)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(done(secrets.put(root(), "default", "git/token", new byte[7], true))
                        .warning())
                .contains("not redacted");
        assertThat(refused(secrets.put(root(), "default", "git/token", new byte[0], true)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(refused(secrets.put(root(), "default", "../token", VALUE, false)))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(refused(secrets.put(root(), "nowhere", "git/token", VALUE, false)))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    @Test
    void theKeysOfTheApplianceAreOutOfReach() {
        assertThat(refused(secrets.get(root(), "system", "pepper/value"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(refused(secrets.list(root(), "system", null))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    private SecretAdmin.Kept put(String name) {
        return done(secrets.put(root(), "default", name, VALUE, false));
    }

    private void server(String name, Map<String, String> env, Set<String> grants) {
        done(box.admin
                .servers()
                .add(root(), new NewServer("default", name, List.of("true"), env, Map.of(), grants, null, true)));
    }
}
