package com.kruxos.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.kruxos.os.SystemInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The self-signed certificate, and a certificate that the owner puts in its place. */
class ServerCertificateTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private Path home;
    private Instant now = START;

    @BeforeEach
    void setUp() {
        home = folder.resolve("tls");
    }

    @Test
    void aCertificateIsCreatedOnceWithTheExpectedContents() throws Exception {
        var made = open(Set.of("box.example.org", "192.0.2.7", "[2001:db8::7]", "0.0.0.0", "not a name", "*.x"));
        var shown = made.info();
        assertThat(shown.names())
                .containsExactlyInAnyOrder(
                        "localhost", "127.0.0.1", "::1", "box.example.org", "192.0.2.7", "2001:db8::7", "thishost");
        assertThat(shown.selfSigned()).isTrue();
        assertThat(shown.notBefore()).isBefore(now);
        assertThat(shown.notAfter()).isAfter(now.plus(Duration.ofDays(800)));
        assertThat(Duration.between(shown.notBefore(), shown.notAfter())).isLessThan(Duration.ofDays(825));
        var certificate = TestCertificateAuthority.parse(shown.pem()).getFirst();
        assertThat(certificate.getBasicConstraints()).as("not an authority").isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getKeyUsage())
                .containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(((ECPublicKey) certificate.getPublicKey())
                        .getParams()
                        .getOrder()
                        .bitLength())
                .isEqualTo(256);
        assertThat(shown.fingerprint())
                .matches("[0-9A-F]{2}(:[0-9A-F]{2}){31}")
                .isEqualTo(ColonHex.format(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
        assertThat(mode(home)).isEqualTo("rwx------");
        assertThat(mode(home.resolve("key.pem"))).isEqualTo("rw-------");
        assertThat(open(Set.of("box.example.org")).info()).as("opened again").isEqualTo(shown);
    }

    /** Fails without the delete in CertificateFolder.writeDraft. */
    @Test
    void anInterruptedCreationIsRepeated() throws IOException {
        Files.createDirectories(home);
        Files.writeString(home.resolve("key.pem.new"), "half");
        assertThat(open(Set.of()).info().selfSigned()).isTrue();
        assertNoDraftIsLeft();
    }

    /** Fails without SelfSigned.isRenewalDue. */
    @Test
    void aSelfSignedCertificateIsRenewedWithTheSameKeyBeforeItExpires() throws IOException {
        var certificate = open(Set.of());
        var first = certificate.info();
        var key = Files.readString(home.resolve("key.pem"));
        now = first.notAfter().minus(Duration.ofDays(31));
        certificate.refresh();
        assertThat(certificate.info()).isEqualTo(first);
        now = first.notAfter().minus(Duration.ofDays(29));
        certificate.refresh();
        var second = certificate.info();
        assertThat(second.notAfter()).isAfter(now.plus(Duration.ofDays(800)));
        assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(Files.readString(home.resolve("certificate.pem"))).isEqualTo(second.pem());
        assertThat(Files.readString(home.resolve("key.pem"))).isEqualTo(key);
        assertThat(open(Set.of()).info()).isEqualTo(second);
    }

    /** The clock is ten years ahead once, and correct again later. */
    @Test
    void aCertificateNotYetValidIsReplaced() {
        now = START.plus(Duration.ofDays(3_650));
        var future = open(Set.of()).info();
        now = START;
        var renewed = open(Set.of()).info();
        assertThat(renewed.fingerprint()).isNotEqualTo(future.fingerprint());
        assertThat(renewed.notBefore()).isBefore(now);
    }

    /** Fails without the comparison of names in SelfSigned.isRenewalDue. */
    @Test
    void anAddedNameCausesRenewalAndANewHostNameDoesNot() {
        var first = open(Set.of("a.example.org")).info();
        assertThat(ServerCertificate.open(
                                home, Set.of("a.example.org"), "renamed", SystemInfo.effectiveUserId(), () -> now)
                        .info())
                .isEqualTo(first);
        var second = open(Set.of("A.example.org", "b.example.org")).info();
        assertThat(second.names()).contains("a.example.org", "b.example.org");
    }

    /** Fails without the check of the mode in CertificateFolder.requirePrivate. */
    @Test
    void aKeyAccessibleToOthersIsRefusedWithAHint() throws IOException {
        open(Set.of());
        var key = home.resolve("key.pem");
        for (var mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            assertThat(openRefused()).contains(key.toString()).contains("chmod 600");
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(open(Set.of()).info().selfSigned()).isTrue();
    }

    /** Fails without the check of the owner in CertificateFolder.requirePrivate. */
    @Test
    void aKeyOfAnotherUserIsRefused() throws IOException {
        open(Set.of());
        if (SystemInfo.effectiveUserId() == 0) {
            Files.setAttribute(home.resolve("key.pem"), "unix:uid", 65_534);
            assertThat(openRefused()).contains("65534");
        } else {
            var refused = catchThrowableOfType(
                    CannotUseCertificate.class, () -> ServerCertificate.open(home, Set.of(), "h", 1, () -> now));
            assertThat(refused).hasMessageContaining("belongs to user");
        }
    }

    @Test
    void invalidFilesAreRefusedAndNeitherQuotedNorReplaced() throws IOException {
        var shown = open(Set.of()).info();
        var certificate = home.resolve("certificate.pem");
        var key = home.resolve("key.pem");
        var kept = Files.readString(key);

        Files.delete(certificate);
        assertThat(openRefused()).contains("certificate.pem is missing");
        assertThat(certificate).doesNotExist();
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        assertThat(openRefused()).contains("damaged");
        Files.writeString(certificate, "hello");
        assertThat(openRefused()).contains("no certificate");
        Files.writeString(certificate, "x".repeat(300 << 10));
        assertThat(openRefused()).contains("larger than");

        Files.writeString(certificate, shown.pem());
        var inner = kept.lines().toList().get(1);
        for (var bad : List.of(
                "",
                inner,
                kept.replace("PRIVATE", "EC PRIVATE"),
                kept.replace("PRIVATE", "ENCRYPTED PRIVATE"),
                kept.replace(inner, inner.substring(4)),
                kept.replace("-----END PRIVATE KEY-----", ""))) {
            Files.writeString(key, bad);
            assertThat(openRefused()).contains("key.pem").doesNotContain(inner.substring(4, 20));
        }
        var foreign = new String(
                Pem.encode(
                        "PRIVATE KEY",
                        CertificateGenerator.generateKeyPair().getPrivate().getEncoded()),
                StandardCharsets.US_ASCII);
        Files.writeString(key, foreign);
        assertThat(openRefused()).contains("does not belong to the key");
        assertThat(Files.readString(key)).isEqualTo(foreign);
        Files.delete(key);
        assertThat(openRefused()).contains("key.pem is missing");
    }

    /** Fails without SelfSigned.isOurs before a renewal. */
    @Test
    void aCertificatePutInTheFolderIsLoadedAndNeverRenewed() throws Exception {
        var certificate = open(Set.of("box.example.org"));
        var ours = certificate.info();
        var key = TestCertificateAuthority.newKey();
        var authority = new TestCertificateAuthority("an office", now);
        var theirs = authority.certificate(key, List.of("other.example.org"), now);
        Files.writeString(
                home.resolve("key.pem"),
                new String(Pem.encode("PRIVATE KEY", key.getPrivate().getEncoded()), StandardCharsets.US_ASCII));
        certificate.refresh();
        assertThat(certificate.info()).as("only the key has been replaced").isEqualTo(ours);
        assertThat(certificate.reloadFailure()).get().asString().contains("does not belong");

        Files.writeString(
                home.resolve("certificate.pem"), Pem.encodeCertificates(List.of(theirs, authority.certificate())));
        certificate.refresh();
        var shown = certificate.info();
        assertThat(certificate.reloadFailure()).isEmpty();
        assertThat(shown.selfSigned()).isFalse();
        assertThat(shown.names()).containsExactly("other.example.org");
        assertThat(TestCertificateAuthority.parse(shown.pem())).hasSize(2);

        now = shown.notAfter().plus(Duration.ofDays(1));
        certificate.refresh();
        assertThat(certificate.info()).isEqualTo(shown);
        assertThat(open(Set.of("box.example.org")).info()).isEqualTo(shown);
    }

    @Test
    void deletedFilesAreCreatedAgain() throws IOException {
        var certificate = open(Set.of());
        var first = certificate.info();
        Files.delete(home.resolve("key.pem"));
        Files.delete(home.resolve("certificate.pem"));
        certificate.refresh();
        assertThat(certificate.info().fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(certificate.info().selfSigned()).isTrue();
    }

    /** Fails without the comparison with the expected attributes in CertificateFolder.write. */
    @Test
    void aRenewalDoesNotOverwriteAFilePutThereMeanwhile() throws Exception {
        var certificate = open(Set.of());
        var files = new CertificateFolder(home, SystemInfo.effectiveUserId());
        var loaded = files.readAttributes();
        var theirs = new TestCertificateAuthority("an office", now).pem();
        Files.writeString(home.resolve("certificate.pem"), theirs);
        var key = Files.readAllBytes(home.resolve("key.pem"));
        assertThat(catchThrowableOfType(
                        CannotUseCertificate.class,
                        () -> files.write(key, certificate.info().pem(), loaded)))
                .hasMessageContaining("another program");
        now = certificate.info().notAfter();
        certificate.refresh();
        assertThat(Files.readString(home.resolve("certificate.pem"))).isEqualTo(theirs);
        assertNoDraftIsLeft();
    }

    @Test
    void aReplacementTakesEffectAtOnceAndIsStored() throws Exception {
        var certificate = open(Set.of());
        var shown = certificate.replace(
                bytes(new TestCertificateAuthority("an office", now).newBundle(List.of("x.example.org"), now)));
        assertThat(shown).isEqualTo(certificate.info());
        assertThat(shown.names()).containsExactly("x.example.org");
        assertThat(TestCertificateAuthority.parse(shown.pem())).hasSize(2);
        assertThat(mode(home.resolve("key.pem"))).isEqualTo("rw-------");
        assertThat(mode(home.resolve("certificate.pem"))).isEqualTo("rw-r--r--");
        certificate.refresh();
        assertThat(certificate.reloadFailure()).isEmpty();
        assertThat(open(Set.of()).info()).isEqualTo(shown);
        assertNoDraftIsLeft();
    }

    /** Fails without CertifiedKey.check, requireValidAt, or the check for several keys in Pem.parsePrivateKey. */
    @Test
    void aRejectedReplacementChangesNothing() throws IOException {
        var certificate = open(Set.of());
        var before = List.of(certificate.info().pem(), Files.readString(home.resolve("key.pem")));
        var office = new TestCertificateAuthority("an office", now);
        var good = office.newBundle(List.of("x.example.org"), now);
        var key = TestCertificateAuthority.keyPem(TestCertificateAuthority.newKey());
        var past = now.minus(Duration.ofDays(200));
        for (var bad : List.of(
                "",
                key,
                office.pem(),
                key + office.pem(),
                good + key,
                good.replace("PRIVATE", "EC PRIVATE"),
                good.replace("PRIVATE", "ENCRYPTED PRIVATE"),
                good + "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                good + office.pem().repeat(8),
                new TestCertificateAuthority("an old office", past).newBundle(List.of("x.example.org"), past),
                office.newBundle(List.of("x.example.org"), now.plus(Duration.ofDays(30))))) {
            var refused = catchThrowableOfType(CannotUseCertificate.class, () -> certificate.replace(bytes(bad)));
            assertThat(refused).as(bad).isNotNull();
            assertThat(refused.getMessage() + refused.hint())
                    .doesNotContain(key.lines().toList().get(1));
            assertThat(List.of(certificate.info().pem(), Files.readString(home.resolve("key.pem"))))
                    .isEqualTo(before);
        }
        assertNoDraftIsLeft();
    }

    /** Fails without the check for links in CertificateFolder.requireReplaceable. */
    @Test
    void symbolicLinksAreNotReplaced() throws IOException {
        var certificate = open(Set.of());
        var elsewhere = Files.move(home.resolve("key.pem"), folder.resolve("elsewhere.pem"));
        Files.createSymbolicLink(home.resolve("key.pem"), elsewhere);
        var good = bytes(new TestCertificateAuthority("an office", now).newBundle(List.of("x.example.org"), now));
        assertThat(catchThrowableOfType(CannotUseCertificate.class, () -> certificate.replace(good)))
                .hasMessageContaining("is a symbolic link");
        assertThat(open(Set.of()).info().selfSigned()).isTrue();
    }

    /** Killed between the two renames. Fails without ServerCertificate.readFirst. */
    @Test
    void anInterruptedReplacementIsCompleted() throws IOException {
        open(Set.of());
        var key = TestCertificateAuthority.newKey();
        var theirs = new TestCertificateAuthority("an office", now).certificate(key, List.of("x.example.org"), now);
        Files.writeString(home.resolve("key.pem"), TestCertificateAuthority.keyPem(key));
        Files.writeString(home.resolve("certificate.pem.new"), "half of it");
        assertThat(openRefused()).contains("no certificate");
        Files.writeString(home.resolve("certificate.pem.new"), Pem.encodeCertificates(List.of(theirs)));
        assertThat(open(Set.of()).info().names()).containsExactly("x.example.org");
        assertThat(home.resolve("certificate.pem.new")).doesNotExist();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private ServerCertificate open(Set<String> names) {
        InstantSource clock = () -> now;
        return ServerCertificate.open(home, names, "ThisHost", SystemInfo.effectiveUserId(), clock);
    }

    private String openRefused() {
        var refused = catchThrowableOfType(CannotUseCertificate.class, () -> open(Set.of()));
        assertThat(refused).isNotNull();
        assertThat(refused.hint()).isNotBlank();
        return refused.getMessage() + " / " + refused.hint();
    }

    private void assertNoDraftIsLeft() throws IOException {
        try (var left = Files.list(home)) {
            assertThat(left.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("certificate.pem", "key.pem");
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static final class ColonHex {
        static String format(byte[] bytes) {
            var text = new StringBuilder();
            for (var octet : bytes) {
                text.append(text.isEmpty() ? "" : ":").append("%02X".formatted(octet & 0xFF));
            }
            return text.toString();
        }
    }
}
