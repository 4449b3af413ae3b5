package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.TestCertificateAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replaces the certificate of a running appliance. */
@Timeout(300)
class CertificateReplacementTest {
    @TempDir
    Path folder;

    /** Fails if a listener keeps its first certificate. */
    @Test
    void bothListenersUseTheNewCertificateAtOnceAndItsKeyIsNotAudited() throws IOException, InterruptedException {
        try (var trial = TestAppliance.start(folder)) {
            var office = new TestCertificateAuthority("an office", Instant.now());
            var pair = office.newBundle(List.of("localhost", "127.0.0.1"), Instant.now());
            var ports = trial.adminClient().get("/status").json().path("ports");
            for (var listener : List.of("mcp", "dashboard")) {
                handshake(ownCertificate(trial), ports.path(listener).asInt());
            }
            var refused = uploadPair(trial, pair.replace("-----BEGIN CERTIFICATE", "-----BEGIN SOMETHING"));
            assertThat(refused.status()).isEqualTo(400);
            var answer = uploadPair(trial, pair);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("self_made").asBoolean()).isFalse();
            for (var listener : List.of("mcp", "dashboard")) {
                handshake(office.pem(), ports.path(listener).asInt());
            }
            var records = trial.adminClient().get("/audit?kind=admin.closed").body();
            assertThat(records)
                    .contains(
                            "certificate.replace",
                            answer.json().path("fingerprint").asString(),
                            "\"outcome\":\"refused\"");
            var letters = pair.lines().toList().get(1);
            assertThat(records + answer.body() + refused.body()).doesNotContain(letters);
            trial.restart();
            handshake(office.pem(), trial.port());
        }
    }

    /** Fails if the appliance does not check the certificate files periodically. */
    @Test
    void aCertificatePutIntoTheDirectoryIsLoadedWithoutARestart() throws IOException, InterruptedException {
        try (var trial = TestAppliance.start(folder)) {
            handshake(ownCertificate(trial), trial.port());
            var office = new TestCertificateAuthority("an office", Instant.now());
            var pair = office.newBundle(List.of("localhost", "127.0.0.1"), Instant.now());
            var begins = pair.indexOf("-----BEGIN PRIVATE KEY");
            var ends = pair.indexOf("-----END PRIVATE KEY-----\n") + "-----END PRIVATE KEY-----\n".length();
            replaceFile(folder, "key.pem", pair.substring(begins, ends));
            replaceFile(folder, "certificate.pem", pair.substring(0, begins) + pair.substring(ends));
            TestAppliance.await(() -> trusts(office.pem(), trial.port()), () -> "the certificate of the office");
        }
    }

    /** Replaces a file atomically, as a renewal program does. */
    private static void replaceFile(Path home, String name, String text) throws IOException {
        var place = home.resolve("tls").resolve(name);
        var draft = Files.writeString(place.resolveSibling(name + ".new"), text);
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String ownCertificate(TestAppliance trial) throws IOException {
        return Files.readString(trial.folder().resolve("tls/certificate.pem"));
    }

    private static boolean trusts(String trusted, int port) {
        try {
            handshake(trusted, port);
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static AdminSocketClient.AdminResponse uploadPair(TestAppliance trial, String pair) {
        return trial.adminClient().send("PUT", "/certificate", "application/octet-stream", pair);
    }

    /** Throws an exception if the presented certificate is not trusted. */
    private static void handshake(String trusted, int port) throws IOException, InterruptedException {
        try (var client = HttpClient.newBuilder()
                .sslContext(TestCertificateAuthority.trustingContext(trusted))
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/"))
                    .build();
            var _ = client.send(request, HttpResponse.BodyHandlers.discarding());
        }
    }
}
