package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An external scanner finds only the intended protocols and ciphers on port 7800. */
@Timeout(300)
class TlsScanTest {
    private static final Pattern ENABLED_PROTOCOLS =
            Pattern.compile("<protocol type=\"(\\w+)\" version=\"([\\d.]+)\" enabled=\"1\"");
    private static final Pattern ACCEPTED_CIPHER =
            Pattern.compile("<cipher status=\"(?:accepted|preferred)\" sslversion=\"(\\S+)\"[^>]* cipher=\"(\\S+)\"");

    @TempDir
    Path folder;

    /** Fails with another protocol or cipher in {@code TlsSettings}. */
    @Test
    void sslscanFindsOnlyTls12And13WithAuthenticatedCiphers() throws IOException, InterruptedException {
        assumeTrue("true".equals(System.getenv("CI")) || isInstalled(), "sslscan is not there");
        try (var appliance = TestAppliance.start(folder);
                var browser = DashboardClient.connect(appliance)) {
            var found = run("sslscan", "--no-colour", "--xml=-", "127.0.0.1:" + browser.port());
            assertThat(ENABLED_PROTOCOLS.matcher(found).results().map(one -> one.group(1) + one.group(2)))
                    .containsExactlyInAnyOrder("tls1.2", "tls1.3");
            var ciphers = ACCEPTED_CIPHER
                    .matcher(found)
                    .results()
                    .map(TlsScanTest::cipher)
                    .toList();
            assertThat(ciphers).hasSizeGreaterThan(4).allMatch(name -> name.matches(".*(GCM|POLY1305|CCM).*"));
            assertThat(new TreeSet<>(ciphers)).noneMatch(name -> name.matches("TLSv1\\.2 (?!ECDHE-).*"));
            assertThat(found).doesNotContain("vulnerable=\"1\"", "<compression supported=\"1\"");
        }
    }

    private static String cipher(MatchResult match) {
        return match.group(1) + " " + match.group(2);
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return run("sslscan", "--version").contains("OpenSSL");
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var response = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(response).isZero();
        return response;
    }
}
