package com.kruxos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code up} and its demonstration as separate processes, as a new user does. */
class DemoTest {
    private static final Pattern FINGERPRINT = Pattern.compile("fingerprint ([0-9a-f]{16})");

    private static final String DASHBOARD = "https://127.0.0.1:29145";
    private static final Pattern LINK =
            Pattern.compile(Pattern.quote(DASHBOARD) + "/welcome/krx_invitation_[A-Za-z0-9_-]{43}");
    private static final Pattern CSRF_FIELD = Pattern.compile("name=\"csrf\" value=\"([A-Za-z0-9_-]{43})\"");

    @TempDir
    Path folder;

    @Test
    void theDemonstrationShowsAllFourStepsInTwentyFourLinesAndDeletesItsFiles() throws Exception {
        var output = run(0, "--demo", "--once");
        assertThat(output)
                .hasSizeLessThanOrEqualTo(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        var text = String.join("\n", output);
        assertThat(text)
                .contains("lent", "refused", "revoked", "proved", "[redacted]", "blocked_by_policy", "closed 1008");
        assertThat(text).containsPattern("breaks record \\d+:");
        var fingerprints = FINGERPRINT.matcher(text);
        assertThat(fingerprints.find()).isTrue();
        var expected = fingerprints.group(1);
        assertThat(fingerprints.find())
                .as("the server returns the fingerprint, too")
                .isTrue();
        assertThat(fingerprints.group(1)).isEqualTo(expected);
        assertThat(remainingFiles()).isEmpty();
    }

    @Test
    void upPreparesAnEmptyHomeOnceAndServesItAgain() throws Exception {
        var home = folder.resolve("home");
        for (var start = 0; start < 2; start++) {
            try (var up = up(home)) {
                assertThat(up.output()).contains("ws://127.0.0.1:29045/mcp");
                assertThat(up.output().contains("Prepared a new home")).isEqualTo(start == 0);
            }
        }
    }

    /**
     * A link is valid until it is used or the next start prints another one. Fails without FirstInvitation.print, when
     * it invites although an operator can sign in, when an unused invitation is not replaced, and when the printed
     * fingerprint is not the certificate's.
     */
    @Test
    void upPrintsTheFingerprintAndALinkUntilAnOperatorHasAPassphrase() throws Exception {
        var home = folder.resolve("home");
        String first;
        try (var up = up(home)) {
            var certificate = certificate(home);
            assertThat(up.output()).contains(fingerprint(certificate));
            first = link(up.output());
            try (var browser = browser(certificate)) {
                assertThat(page(browser, first).statusCode()).isEqualTo(200);
            }
        }
        try (var up = up(home);
                var browser = browser(certificate(home))) {
            assertThat(up.output()).contains(fingerprint(certificate(home)));
            var second = link(up.output());
            assertThat(page(browser, first).statusCode()).isEqualTo(404);
            var chosen = choose(browser, second);
            assertThat(chosen.statusCode()).as(chosen.body()).isEqualTo(303);
            assertThat(page(browser, DASHBOARD + "/").statusCode()).isEqualTo(200); // signed in
            assertThat(page(browser, second).statusCode()).isEqualTo(404);
        }
        try (var up = up(home)) {
            assertThat(up.output().lines()).contains("Dashboard: " + DASHBOARD);
            assertThat(up.output()).doesNotContain("/welcome/", "krx_invitation_");
        }
    }

    @Test
    void aForeignFolderAndAnUnknownOptionAreRefused() throws Exception {
        var foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("thesis.txt"), "mine");
        assertThat(run(1, "--home", foreign.toString()))
                .anyMatch(line -> line.startsWith("error: ") && line.contains("thesis.txt"))
                .anyMatch(line -> line.startsWith("hint: "));
        assertThat(run(2, "--dmeo")).anyMatch(line -> line.contains("unknown option --dmeo"));
    }

    /** A running appliance and its output until it serves. */
    private record Running(Process process, String output) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            try {
                process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private Running up(Path home) throws IOException {
        var process = start("--home", home.toString(), "--port-offset", "21345");
        var lines = new ArrayList<String>();
        var out = process.inputReader(StandardCharsets.UTF_8);
        for (var line = out.readLine(); line != null && !line.contains("^C"); line = out.readLine()) {
            lines.add(line);
        }
        return new Running(process, String.join("\n", lines));
    }

    private static String link(String output) {
        var found = LINK.matcher(output);
        assertThat(found.find()).as(output).isTrue();
        return found.group();
    }

    private static X509Certificate certificate(Path home) throws IOException, GeneralSecurityException {
        try (var file = Files.newInputStream(home.resolve("tls/certificate.pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
    }

    /** As browsers and openssl print it. */
    private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }

    /** A client that trusts only this certificate and keeps cookies. */
    private static HttpClient browser(X509Certificate certificate) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("appliance", certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .cookieHandler(new CookieManager())
                .build();
    }

    private static HttpResponse<String> page(HttpClient browser, String link) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(link)).timeout(Duration.ofMinutes(1));
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Opens the link and submits its form. */
    private static HttpResponse<String> choose(HttpClient browser, String link) throws Exception {
        var csrf = CSRF_FIELD.matcher(page(browser, link).body());
        assertThat(csrf.find()).isTrue();
        var code = link.substring(link.lastIndexOf('/') + 1);
        var form = "csrf=" + csrf.group(1) + "&code=" + code
                + "&passphrase=correct+horse+battery+staple&again=correct+horse+battery+staple";
        var request = HttpRequest.newBuilder(URI.create(DASHBOARD + "/welcome"))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private List<String> run(int exitCode, String... arguments) throws Exception {
        var process = start(arguments);
        var lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isEqualTo(exitCode);
        return lines;
    }

    private Process start(String... arguments) throws IOException {
        var temporary = Files.createDirectories(folder.resolve("tmp"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "com.kruxos.firstboot.UpCommand"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("KRUXOS_HOME");
        builder.environment().put("HOME", folder.resolve("user").toString());
        return builder.start();
    }

    private List<Path> remainingFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("kruxos-"))
                    .toList();
        }
    }
}
