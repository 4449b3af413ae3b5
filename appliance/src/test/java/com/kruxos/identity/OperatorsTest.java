package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.reasonOf;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators have names; their passphrases are stored as bcrypt of a keyed hash. */
class OperatorsTest {
    private static final byte[] PASSPHRASE = bytes("correct horse battery staple");

    @TempDir
    Path folder;

    private IdentityFixture home;

    @BeforeEach
    void open() {
        home = new IdentityFixture(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** Fails when `acceptInvitation` keeps the invitation, or stores anything but the hash. */
    @Test
    void anInvitationIsAcceptedOnce() throws Exception {
        var invitation = requireValue(home.operators.add("ada"));
        var code = invitation.code().ascii().clone();
        assertThat(new String(code, StandardCharsets.US_ASCII)).matches("krx_invitation_[A-Za-z0-9_-]{43}");
        assertThat(home.operators.authenticate("ada", PASSPHRASE)).isEmpty();
        assertThat(home.operators.findInvited(code)).map(Operator::name).hasValue("ada");

        var ada = requireValue(home.operators.acceptInvitation(code, PASSPHRASE));

        assertThat(ada.hasPassphrase()).isTrue();
        assertThat(reasonOf(home.operators.acceptInvitation(code, PASSPHRASE)))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(home.operators.findInvited(code)).isEmpty();
        assertThat(home.operators.authenticate("ada", PASSPHRASE))
                .map(Operator::id)
                .hasValue(ada.id());
        home.restart();
        assertThat(home.operators.authenticate("ada", PASSPHRASE))
                .map(Operator::id)
                .hasValue(ada.id());
        assertThat(home.operators.authenticate("bob", PASSPHRASE)).isEmpty();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("correct horse");
            }
        }
    }

    /**
     * bcrypt alone reads 72 bytes. Fails without the HMAC before bcrypt in PassphraseHasher.withKeyedHash (the last
     * passphrase is accepted).
     */
    @Test
    void everyByteOfALongPassphraseIsCompared() {
        var first = "x".repeat(72);
        addWithPassphrase("ada", bytes(first + "y".repeat(184)));
        assertThat(home.operators.authenticate("ada", bytes(first + "y".repeat(184))))
                .isPresent();
        assertThat(home.operators.authenticate("ada", bytes(first + "y".repeat(183))))
                .isEmpty();
        assertThat(home.operators.authenticate("ada", bytes(first))).isEmpty();
        assertThat(home.operators.authenticate("ada", bytes(first + "z".repeat(184))))
                .isEmpty();
    }

    /**
     * Computed here from the specification, with nothing of ours but the pepper. Fails when
     * PassphraseHasher.withKeyedHash uses a plain SHA-256 or another base64 alphabet: this digest contains both
     * characters that differ.
     */
    @Test
    void theStoredHashIsBcryptOfTheBase64OfTheKeyedHash() throws Exception {
        var passphrase = bytes("nine stitches saved by one");
        var keyed = base64OfHmac(IdentityFixture.pepper(), passphrase);
        assertThat(new String(keyed, StandardCharsets.US_ASCII)).contains("+", "/");
        var ada = addWithPassphrase("ada", passphrase);
        var row = home.database.read(
                handle -> OperatorTable.selectPassphraseHash(handle, ada.id()).orElseThrow());
        assertThat(row).startsWith("$2b$12$");
        assertThat(OpenBSDBCrypt.checkPassword(row, keyed)).isTrue();
        assertThat(OpenBSDBCrypt.checkPassword(row, base64OfHmac(new byte[32], passphrase)))
                .isFalse();
        assertThat(OpenBSDBCrypt.checkPassword(row, base64OfHmac(IdentityFixture.pepper(), PASSPHRASE)))
                .isFalse();
        assertThat(OpenBSDBCrypt.checkPassword(row, passphrase)).isFalse();
    }

    @Test
    void aPassphraseHas15To256ArbitraryBytes() {
        var invitation = requireValue(home.operators.add("ada"));
        var code = invitation.code().ascii();
        assertThat(reasonOf(home.operators.acceptInvitation(code, bytes("fourteen-bytes"))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.operators.acceptInvitation(code, new byte[257])))
                .isEqualTo(Result.RefusalReason.INVALID);
        var umlauts = bytes("ü".repeat(64)); // 64 characters, 128 bytes
        var ada = requireValue(home.operators.acceptInvitation(code, umlauts));
        assertThat(home.operators.authenticate("ada", umlauts)).isPresent();
        var zeros = new byte[256];
        assertThat(requireValue(home.operators.changePassphrase(ada.id(), umlauts, zeros))
                        .hasPassphrase())
                .isTrue();
        assertThat(home.operators.authenticate("ada", new byte[255])).isEmpty();
        assertThat(home.operators.authenticate("ada", zeros)).isPresent();
    }

    /** Fails without `clearPassphrase` in Operators.resetPassphrase. */
    @Test
    void resetInvalidatesThePassphraseAtOnce() {
        var ada = addWithPassphrase("ada", PASSPHRASE);
        var invitation = requireValue(home.operators.resetPassphrase(ada.id()));
        assertThat(home.operators.authenticate("ada", PASSPHRASE)).isEmpty();
        assertThat(reasonOf(home.operators.changePassphrase(ada.id(), PASSPHRASE, bytes("another long passphrase"))))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        requireValue(home.operators.acceptInvitation(invitation.code().ascii(), bytes("another long passphrase")));
        assertThat(home.operators.authenticate("ada", bytes("another long passphrase")))
                .isPresent();
    }

    @Test
    void anInvitationExpiresAndEndsWithTheNextOneAndTheOperator() {
        var ada = requireValue(home.operators.add("ada"));
        home.clock.advance(Operators.INVITATION_LIFETIME.minusSeconds(1));
        assertThat(home.operators.findInvited(ada.code().ascii())).isPresent();
        home.clock.advance(Duration.ofSeconds(1));
        assertThat(home.operators.findInvited(ada.code().ascii())).isEmpty();
        assertThat(reasonOf(home.operators.acceptInvitation(ada.code().ascii(), PASSPHRASE)))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        var second = requireValue(home.operators.invite(ada.operator().id()));
        var third = requireValue(home.operators.invite(ada.operator().id()));
        assertThat(home.operators.findInvited(second.code().ascii())).isEmpty();
        assertThat(home.operators.findInvited(third.code().ascii())).isPresent();
        requireValue(home.operators.remove(ada.operator().id()));
        assertThat(home.operators.findInvited(third.code().ascii())).isEmpty();
        assertThat(home.operators.list()).isEmpty();
    }

    @Test
    void operatorNamesAreValidAndUnique() {
        addWithPassphrase("ada", PASSPHRASE);
        assertThat(reasonOf(home.operators.add("ada"))).isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(reasonOf(home.operators.add("Ada Lovelace"))).isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.operators.invite("ada"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
        assertThat(reasonOf(
                        home.operators.invite(home.operators.list().getFirst().id())))
                .isEqualTo(Result.RefusalReason.CONFLICT);
    }

    /** Fails without the queue limit in PassphraseHasher: a flood would delay everyone for minutes. */
    @Test
    void excessConcurrentSignInsAreRejected() throws Exception {
        addWithPassphrase("ada", PASSPHRASE);
        assertThat(rejectedOf60("ada")).isBetween(1, 58);
    }

    /**
     * Does not measure time, which depends on the machine: a flood for an unknown name fills the same queue, so each
     * attempt is hashed. Fails when {@code authenticate} answers before hashing.
     */
    @Test
    void unknownNamesCostAsMuchAsKnownOnes() throws Exception {
        assertThat(rejectedOf60("nobody")).isBetween(1, 58);
        requireValue(home.operators.add("invited"));
        assertThat(rejectedOf60("invited")).isBetween(1, 58);
        assertThat(new PassphraseHasher(new Pepper(new byte[32])).hash(PASSPHRASE))
                .startsWith("$2b$12$");
    }

    private int rejectedOf60(String name) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 60; i++) {
                tries.add(() -> home.operators.authenticate(name, PASSPHRASE).isPresent());
            }
            var busy = 0;
            for (var outcome : threads.invokeAll(tries)) {
                try {
                    assertThat(outcome.get()).isEqualTo(name.equals("ada"));
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(TooManySignIns.class);
                    busy++;
                }
            }
            return busy;
        }
    }

    private Operator addWithPassphrase(String name, byte[] passphrase) {
        var invitation = requireValue(home.operators.add(name));
        return requireValue(home.operators.acceptInvitation(invitation.code().ascii(), passphrase));
    }

    private static byte[] base64OfHmac(byte[] pepper, byte[] passphrase) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(pepper, "HmacSHA256"));
        return Base64.getEncoder().encode(mac.doFinal(passphrase));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
