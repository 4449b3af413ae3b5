package com.kruxos.identity;

import static com.kruxos.identity.Home.done;
import static com.kruxos.identity.Home.refused;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Row K11: named operators, whose passphrases are kept by bcrypt of a keyed hash. */
class OperatorsTest {
    private static final byte[] GOOD = bytes("correct horse battery staple");

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void open() {
        home = new Home(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** Red when `accept` keeps the invitation, or keeps anything but the hash. */
    @Test
    void anInvitationLetsThemChooseAPassphraseOnce() throws Exception {
        var invitation = done(home.operators.add("ada"));
        var code = invitation.code().ascii().clone();
        assertThat(new String(code, StandardCharsets.US_ASCII)).matches("krx_invitation_[A-Za-z0-9_-]{43}");
        assertThat(home.operators.recognise("ada", GOOD)).isEmpty();
        assertThat(home.operators.invited(code)).map(Operator::name).hasValue("ada");

        var ada = done(home.operators.accept(code, GOOD));

        assertThat(ada.active()).isTrue();
        assertThat(refused(home.operators.accept(code, GOOD))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(home.operators.invited(code)).isEmpty();
        assertThat(home.operators.recognise("ada", GOOD)).map(Operator::id).hasValue(ada.id());
        home.restart();
        assertThat(home.operators.recognise("ada", GOOD)).map(Operator::id).hasValue(ada.id());
        assertThat(home.operators.recognise("bob", GOOD)).isEmpty();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("correct horse");
            }
        }
    }

    /**
     * Where bcrypt looks at 72 bytes, every byte counts. Red without the hash before bcrypt in Passphrases.slowly (the
     * last of them is let in).
     */
    @Test
    void everyByteOfALongPassphraseCounts() {
        var first = "x".repeat(72);
        choose("ada", bytes(first + "y".repeat(184)));
        assertThat(home.operators.recognise("ada", bytes(first + "y".repeat(184))))
                .isPresent();
        assertThat(home.operators.recognise("ada", bytes(first + "y".repeat(183))))
                .isEmpty();
        assertThat(home.operators.recognise("ada", bytes(first))).isEmpty();
        assertThat(home.operators.recognise("ada", bytes(first + "z".repeat(184))))
                .isEmpty();
    }

    /**
     * Made here from the rule, with nothing of ours but the pepper. Red when Passphrases.slowly takes a plain SHA-256,
     * or writes its digest in another alphabet: this one has both signs that others have not.
     */
    @Test
    void whatIsKeptIsBcryptOfTheBase64OfTheKeyedHash() throws Exception {
        var passphrase = bytes("nine stitches saved by one");
        var keyed = base64OfHmac(Home.pepper(), passphrase);
        assertThat(new String(keyed, StandardCharsets.US_ASCII)).contains("+", "/");
        var ada = choose("ada", passphrase);
        var row = home.database.read(
                handle -> OperatorTable.passphrase(handle, ada.id()).orElseThrow());
        assertThat(row).startsWith("$2b$12$");
        assertThat(OpenBSDBCrypt.checkPassword(row, keyed)).isTrue();
        assertThat(OpenBSDBCrypt.checkPassword(row, base64OfHmac(new byte[32], passphrase)))
                .isFalse();
        assertThat(OpenBSDBCrypt.checkPassword(row, base64OfHmac(Home.pepper(), GOOD)))
                .isFalse();
        assertThat(OpenBSDBCrypt.checkPassword(row, passphrase)).isFalse();
    }

    @Test
    void aPassphraseHasFifteenTo256BytesOfAnything() {
        var invitation = done(home.operators.add("ada"));
        var code = invitation.code().ascii();
        assertThat(refused(home.operators.accept(code, bytes("fourteen-bytes"))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.operators.accept(code, new byte[257]))).isEqualTo(Answer.Reason.INVALID);
        var umlauts = bytes("ü".repeat(64)); // 64 characters, 128 bytes
        var ada = done(home.operators.accept(code, umlauts));
        assertThat(home.operators.recognise("ada", umlauts)).isPresent();
        var zeros = new byte[256];
        assertThat(done(home.operators.change(ada.id(), umlauts, zeros)).active())
                .isTrue();
        assertThat(home.operators.recognise("ada", new byte[255])).isEmpty();
        assertThat(home.operators.recognise("ada", zeros)).isPresent();
    }

    /** Red without `forget` in Operators.reset. */
    @Test
    void resettingEndsThePassphraseAtOnce() {
        var ada = choose("ada", GOOD);
        var invitation = done(home.operators.reset(ada.id()));
        assertThat(home.operators.recognise("ada", GOOD)).isEmpty();
        assertThat(refused(home.operators.change(ada.id(), GOOD, bytes("another long passphrase"))))
                .isEqualTo(Answer.Reason.CONFLICT);
        done(home.operators.accept(invitation.code().ascii(), bytes("another long passphrase")));
        assertThat(home.operators.recognise("ada", bytes("another long passphrase")))
                .isPresent();
    }

    @Test
    void anInvitationEndsAfterADayWithTheNextOneAndWithTheOperator() {
        var ada = done(home.operators.add("ada"));
        home.clock.pass(Operators.INVITATION_LIFE.minusSeconds(1));
        assertThat(home.operators.invited(ada.code().ascii())).isPresent();
        home.clock.pass(Duration.ofSeconds(1));
        assertThat(home.operators.invited(ada.code().ascii())).isEmpty();
        assertThat(refused(home.operators.accept(ada.code().ascii(), GOOD))).isEqualTo(Answer.Reason.CONFLICT);
        var second = done(home.operators.invite(ada.operator().id()));
        var third = done(home.operators.invite(ada.operator().id()));
        assertThat(home.operators.invited(second.code().ascii())).isEmpty();
        assertThat(home.operators.invited(third.code().ascii())).isPresent();
        done(home.operators.remove(ada.operator().id()));
        assertThat(home.operators.invited(third.code().ascii())).isEmpty();
        assertThat(home.operators.list()).isEmpty();
    }

    @Test
    void namesAreNamesAndTakenOnce() {
        choose("ada", GOOD);
        assertThat(refused(home.operators.add("ada"))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(refused(home.operators.add("Ada Lovelace"))).isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.operators.invite("ada"))).isEqualTo(Answer.Reason.NOT_FOUND);
        assertThat(refused(
                        home.operators.invite(home.operators.list().getFirst().id())))
                .isEqualTo(Answer.Reason.CONFLICT);
    }

    /** Red without the bound of the queue in Passphrases: a flood would keep everybody waiting for minutes. */
    @Test
    void tooManyAtOnceAreTurnedAway() throws Exception {
        choose("ada", GOOD);
        assertThat(turnedAwayOf60("ada")).isBetween(1, 58);
    }

    /**
     * Not a measure of time, which is the machine's: a flood for a name nobody has fills the same queue, so each of
     * them is hashed. Red when {@code recognise} answers before it has hashed.
     */
    @Test
    void aNameNobodyHasCostsAsMuchAsOneThatIs() throws Exception {
        assertThat(turnedAwayOf60("nobody")).isBetween(1, 58);
        done(home.operators.add("invited"));
        assertThat(turnedAwayOf60("invited")).isBetween(1, 58);
        assertThat(new Passphrases(new Pepper(new byte[32])).hash(GOOD)).startsWith("$2b$12$");
    }

    private int turnedAwayOf60(String name) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 60; i++) {
                tries.add(() -> home.operators.recognise(name, GOOD).isPresent());
            }
            var busy = 0;
            for (var outcome : threads.invokeAll(tries)) {
                try {
                    assertThat(outcome.get()).isEqualTo(name.equals("ada"));
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(TooBusy.class);
                    busy++;
                }
            }
            return busy;
        }
    }

    private Operator choose(String name, byte[] passphrase) {
        var invitation = done(home.operators.add(name));
        return done(home.operators.accept(invitation.code().ascii(), passphrase));
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
