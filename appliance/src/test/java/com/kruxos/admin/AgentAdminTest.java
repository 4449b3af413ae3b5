package com.kruxos.admin;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.requireRefused;
import static com.kruxos.admin.AdminFixture.root;
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

    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /**
     * Fails when {@code AgentAdmin.closeSessions} does not close the sessions, or closes them before the key is
     * invalid.
     */
    @Test
    void revokingInvalidatesTheKeyThenClosesTheSessionsThenReturns() {
        var issued = create("build-bot");
        var inside = authenticate(issued);
        var countedAtHangUp = new AtomicReference<Boolean>();
        var line = new RecordingAgentConnection(() -> countedAtHangUp.set(
                fixture.agents.isCredentialValid(inside.agent().id(), inside.keyId())));
        fixture.openSession(inside.agent().id(), inside.keyId(), line);
        assertThat(requireDone(fixture.admin.agents().show("default", "build-bot"))
                        .sessions())
                .isOne();

        var revoked = requireDone(fixture.admin.agents().revoke(root(), "default", "build-bot"));

        assertThat(revoked.sessionsClosed()).isOne();
        assertThat(revoked.agent().agent().state()).isEqualTo(AgentState.REVOKED);
        assertThat(line.closeReason).isNotNull();
        assertThat(countedAtHangUp).hasValue(false);
        assertThat(fixture.sessions.count()).isZero();
        assertThat(fixture.closedActions()).contains("agent.revoke done");
    }

    /** Fails without {@code sessions.endKey} in {@code AgentAdmin.endKeySessions}. */
    @Test
    void rotatingWithoutOverlapClosesOnlyTheSessionsOfTheOldKey() {
        var first = authenticate(create("build-bot"));
        var old = new RecordingAgentConnection(() -> {});
        fixture.openSession(first.agent().id(), first.keyId(), old);
        var other = new RecordingAgentConnection(() -> {});
        fixture.openSession("agt_other", "key_other", other);

        try (var next = requireDone(fixture.admin.agents().rotate(root(), "default", "build-bot", Duration.ZERO))) {
            assertThat(fixture.agents.authenticate(next.key().ascii())).isPresent();
        }

        assertThat(old.closeReason).isNotNull();
        assertThat(other.closeReason).isNull();
    }

    /** Fails without {@code sessions.setKeyExpiry} in {@code AgentAdmin.endKeySessions}. */
    @Test
    void rotatingWithOverlapKeepsTheSessionsUntilTheOverlapEnds() {
        var first = authenticate(create("build-bot"));
        var line = new RecordingAgentConnection(() -> {});
        fixture.openSession(first.agent().id(), first.keyId(), line);

        requireDone(fixture.admin.agents().rotate(root(), "default", "build-bot", Duration.ofHours(24)))
                .close();

        fixture.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(fixture.sessions.endExpired(fixture.clock().instant())).isZero();
        assertThat(line.closeReason).isNull();
        fixture.advance(Duration.ofMillis(1));
        assertThat(fixture.sessions.endExpired(fixture.clock().instant())).isOne();
        assertThat(line.closeReason).isNotNull();
    }

    @Test
    void everyChangeIsRecordedWithoutTheKey() {
        var agents = fixture.admin.agents();
        var key = new String(create("build-bot").key().ascii(), StandardCharsets.US_ASCII);
        requireDone(agents.pause(root(), "default", "build-bot"));
        requireDone(agents.resume(root(), "default", "build-bot"));
        requireDone(agents.rotate(root(), "default", "build-bot", Duration.ZERO))
                .close();
        requireDone(agents.revoke(root(), "default", "build-bot"));
        requireRefused(agents.pause(root(), "default", "build-bot"));
        requireDone(agents.restore(root(), "default", "build-bot")).close();

        assertThat(fixture.closedActions())
                .containsExactly(
                        "agent.create done",
                        "agent.pause done",
                        "agent.resume done",
                        "agent.rotate done",
                        "agent.revoke done",
                        "agent.pause refused",
                        "agent.restore done");
        assertThat(fixture.appendedEntries.toString())
                .doesNotContain(key)
                .contains(key.substring(60))
                .contains("id=root");
    }

    @Test
    void noAgentIsCreatedIfTheIntentCannotBeRecorded() {
        fixture.appendFailure = new IllegalStateException("no room");

        assertThatThrownBy(() -> create("build-bot")).hasMessage("no room");
        assertThat(fixture.agents.list(null)).isEmpty();
    }

    @Test
    void anUnknownAgentIsNotFound() {
        assertThat(requireRefused(fixture.admin.agents().show("nowhere", "x")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(requireRefused(fixture.admin.agents().revoke(root(), "default", "x")))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    private IssuedAgent create(String name) {
        return requireDone(fixture.admin.agents().create(root(), "default", name, "", null));
    }

    private AuthenticatedAgent authenticate(IssuedAgent issued) {
        return fixture.agents.authenticate(issued.key().ascii()).orElseThrow();
    }
}
