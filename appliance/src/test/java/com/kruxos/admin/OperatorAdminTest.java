package com.kruxos.admin;

import static com.kruxos.admin.AdminBox.done;
import static com.kruxos.admin.AdminBox.root;
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

/** Row K11: who signs in, and who is put out meanwhile. */
class OperatorAdminTest {
    private static final byte[] PASSPHRASE = bytes("correct horse battery staple");

    @TempDir
    Path home;

    private AdminBox box;
    private OperatorAdmin operators;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
        operators = box.admin.operators();
        var invitation = done(operators.add(root(), "ada"));
        done(operators.accept(invitation.code().ascii(), PASSPHRASE, "::1", "test"))
                .close();
        assertThat(signIn()).isPresent();
        box.pass(Duration.ofMinutes(1));
    }

    @AfterEach
    void close() {
        box.close();
    }

    /** Red without `Operators.ifSame` in `OperatorAdmin.enter`: the seat would be taken after all seats were ended. */
    @Test
    void aPassphraseThatIsResetWhileItIsUsedOpensNothing() {
        box.between("operator.sign-in", () -> done(operators.reset(root(), "ada")));
        assertThat(signIn()).isEmpty();
        assertThat(seats()).isZero();
        assertThat(box.closed()).contains("operator.sign-in refused");
    }

    @Test
    void whoIsRemovedWhileTheySignInDoesNotGetIn() {
        var ada = done(operators.show("ada")).id();
        box.between("operator.sign-in", () -> done(operators.remove(root(), "ada")));
        assertThat(signIn()).isEmpty();
        assertThat(operators.seats(ada)).isEmpty();
    }

    @Test
    void aPassphraseThatIsChangedWhileItIsUsedOpensNothing() {
        var seat = signIn().orElseThrow().session();
        box.between(
                "operator.sign-in",
                () -> done(operators.change(seat, PASSPHRASE, bytes("another long passphrase")))
                        .close());
        assertThat(signIn()).isEmpty();
        assertThat(seats()).isOne();
    }

    /** Red without `isTheirs` in each of the three of OperatorAdmin: somebody who is gone would still be let in. */
    @Test
    void aSeatWhoseOperatorIsGoneOpensNothing() {
        var ada = done(operators.show("ada")).id();
        try (var hers = box.seats.open(ada, "::1", "test");
                var gone = box.seats.open("opr_aaaaaaaaaaaaaaaa", "::1", "test")) {
            assertThat(operators.seated(hers.key().ascii())).isPresent();
            assertThat(operators.watching(hers.key().ascii())).isPresent();
            assertThat(operators.counts(hers.session())).isTrue();
            assertThat(operators.seated(gone.key().ascii())).isEmpty();
            assertThat(operators.watching(gone.key().ascii())).isEmpty();
            assertThat(operators.counts(gone.session())).isFalse();
            assertThat(operators.principal(gone.session())).isEmpty();
        }
    }

    private Optional<OperatorSessions.NewOperatorSession> signIn() {
        return operators.signIn("ada", PASSPHRASE, "::1", "test");
    }

    private int seats() {
        return operators.seats(done(operators.show("ada")).id()).size();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
