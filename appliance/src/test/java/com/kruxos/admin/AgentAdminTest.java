package com.kruxos.admin;

import static com.kruxos.admin.AdminBox.done;
import static com.kruxos.admin.AdminBox.refused;
import static com.kruxos.admin.AdminBox.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.identity.AgentState;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.result.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentAdminTest {
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

    /** K5. Red when AgentAdmin.cutOff does not end the sessions, or ends them before the key stops counting. */
    @Test
    void revokingStopsTheKeyThenTheSessionsThenAnswers() {
        var issued = create("build-bot");
        var inside = enter(issued);
        var countedAtHangUp = new AtomicReference<Boolean>();
        var line = new FakeLine(() ->
                countedAtHangUp.set(box.agents.isCredentialValid(inside.agent().id(), inside.keyId())));
        box.connect(inside.agent().id(), inside.keyId(), line);
        assertThat(done(box.admin.agents().show("default", "build-bot")).sessions())
                .isOne();

        var revoked = done(box.admin.agents().revoke(root(), "default", "build-bot"));

        assertThat(revoked.sessionsClosed()).isOne();
        assertThat(revoked.agent().agent().state()).isEqualTo(AgentState.REVOKED);
        assertThat(line.reason).isNotNull();
        assertThat(countedAtHangUp).hasValue(false);
        assertThat(box.sessions.count()).isZero();
        assertThat(box.closed()).contains("agent.revoke done");
    }

    /** K5. Red without {@code sessions.endKey} in AgentAdmin.end. */
    @Test
    void rotatingWithoutOverlapClosesTheSessionsOfTheOldKeyOnly() {
        var first = enter(create("build-bot"));
        var old = new FakeLine(() -> {});
        box.connect(first.agent().id(), first.keyId(), old);
        var other = new FakeLine(() -> {});
        box.connect("agt_other", "key_other", other);

        try (var next = done(box.admin.agents().rotate(root(), "default", "build-bot", Duration.ZERO))) {
            assertThat(box.agents.authenticate(next.key().ascii())).isPresent();
        }

        assertThat(old.reason).isNotNull();
        assertThat(other.reason).isNull();
    }

    /** K5. Red without {@code sessions.keyEnds} in AgentAdmin.end. */
    @Test
    void rotatingWithOverlapKeepsTheSessionsExactlyThatLong() {
        var first = enter(create("build-bot"));
        var line = new FakeLine(() -> {});
        box.connect(first.agent().id(), first.keyId(), line);

        done(box.admin.agents().rotate(root(), "default", "build-bot", Duration.ofHours(24)))
                .close();

        box.pass(Duration.ofHours(24).minusMillis(1));
        assertThat(box.sessions.endExpired(box.clock().instant())).isZero();
        assertThat(line.reason).isNull();
        box.pass(Duration.ofMillis(1));
        assertThat(box.sessions.endExpired(box.clock().instant())).isOne();
        assertThat(line.reason).isNotNull();
    }

    @Test
    void everyChangeIsRecordedAndNoKeyIs() {
        var agents = box.admin.agents();
        var key = new String(create("build-bot").key().ascii(), StandardCharsets.US_ASCII);
        done(agents.pause(root(), "default", "build-bot"));
        done(agents.resume(root(), "default", "build-bot"));
        done(agents.rotate(root(), "default", "build-bot", Duration.ZERO)).close();
        done(agents.revoke(root(), "default", "build-bot"));
        refused(agents.pause(root(), "default", "build-bot"));
        done(agents.restore(root(), "default", "build-bot")).close();

        assertThat(box.closed())
                .containsExactly(
                        "agent.create done",
                        "agent.pause done",
                        "agent.resume done",
                        "agent.rotate done",
                        "agent.revoke done",
                        "agent.pause refused",
                        "agent.restore done");
        assertThat(box.written.toString())
                .doesNotContain(key)
                .contains(key.substring(60))
                .contains("id=root");
    }

    @Test
    void withoutARecordNoAgentIsMade() {
        box.lost = new IllegalStateException("no room");

        assertThatThrownBy(() -> create("build-bot")).hasMessage("no room");
        assertThat(box.agents.list(null)).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(refused(box.admin.agents().show("nowhere", "x"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(refused(box.admin.agents().revoke(root(), "default", "x")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    private IssuedAgent create(String name) {
        return done(box.admin.agents().create(root(), "default", name, "", null));
    }

    private AuthenticatedAgent enter(IssuedAgent issued) {
        return box.agents.authenticate(issued.key().ascii()).orElseThrow();
    }
}
