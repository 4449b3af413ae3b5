package com.kruxos.admin;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.identity.OperatorSessions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in, and concurrent changes to the operator. */
class OperatorAdminTest {
    private static final byte[] PASSPHRASE = bytes("correct horse battery staple");

    @TempDir
    Path home;

    private AdminFixture fixture;
    private OperatorAdmin operators;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        operators = fixture.admin.operators();
        var invitation = requireDone(operators.add(root(), "ada"));
        requireDone(operators.acceptInvitation(invitation.code().ascii(), PASSPHRASE, "::1", "test"))
                .close();
        assertThat(signIn()).isPresent();
        fixture.advance(Duration.ofMinutes(1));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /**
     * Fails without {@code Operators.ifPassphraseUnchanged} in {@code openSession}: the session would be opened after
     * all sessions were ended.
     */
    @Test
    void aPassphraseThatIsResetDuringSignInOpensNoSession() {
        fixture.runDuring("operator.sign-in", () -> requireDone(operators.resetPassphrase(root(), "ada")));
        assertThat(signIn()).isEmpty();
        assertThat(sessionCount()).isZero();
        assertThat(fixture.closedActions()).contains("operator.sign-in refused");
    }

    @Test
    void anOperatorRemovedDuringSignInGetsNoSession() {
        var ada = requireDone(operators.show("ada")).id();
        fixture.runDuring("operator.sign-in", () -> requireDone(operators.remove(root(), "ada")));
        assertThat(signIn()).isEmpty();
        assertThat(operators.sessionsOf(ada)).isEmpty();
    }

    @Test
    void aPassphraseThatIsChangedDuringSignInOpensNoSession() {
        var session = signIn().orElseThrow().session();
        fixture.runDuring(
                "operator.sign-in",
                () -> requireDone(operators.changePassphrase(session, PASSPHRASE, bytes("another long passphrase")))
                        .close());
        assertThat(signIn()).isEmpty();
        assertThat(sessionCount()).isOne();
    }

    /** Fails without {@code operatorExists} in each of its three callers. */
    @Test
    void aSessionOfARemovedOperatorIsInvalid() {
        var ada = requireDone(operators.show("ada")).id();
        try (var hers = fixture.operatorSessions.open(ada, "::1", "test");
                var gone = fixture.operatorSessions.open("opr_aaaaaaaaaaaaaaaa", "::1", "test")) {
            assertThat(operators.authenticate(hers.key().ascii())).isPresent();
            assertThat(operators.authenticateWithoutRenewal(hers.key().ascii())).isPresent();
            assertThat(operators.isActive(hers.session())).isTrue();
            assertThat(operators.authenticate(gone.key().ascii())).isEmpty();
            assertThat(operators.authenticateWithoutRenewal(gone.key().ascii())).isEmpty();
            assertThat(operators.isActive(gone.session())).isFalse();
            assertThat(operators.principalOf(gone.session())).isEmpty();
        }
    }

    private Optional<OperatorSessions.NewOperatorSession> signIn() {
        return operators.signIn("ada", PASSPHRASE, "::1", "test");
    }

    private int sessionCount() {
        return operators.sessionsOf(requireDone(operators.show("ada")).id()).size();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
