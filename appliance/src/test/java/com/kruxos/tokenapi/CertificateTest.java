package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.Api;
import com.kruxos.peers.Trial;
import com.kruxos.tls.Authority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another certificate, sent to a running appliance. */
@Timeout(300)
class CertificateTest {
    @TempDir
    Path folder;

    /** Red without `held.take` in ServerCertificate.replace: the handshake below would meet the old one. */
    @Test
    void bothDoorsShowItAtOnceAndItIsOnRecordWithoutItsKey() throws IOException, InterruptedException {
        try (var trial = Trial.start(folder)) {
            var office = new Authority("an office", Instant.now());
            var pair = office.pair(List.of("localhost", "127.0.0.1"), Instant.now());
            var refused = put(trial, pair.replace("-----BEGIN CERTIFICATE", "-----BEGIN SOMETHING"));
            assertThat(refused.status()).isEqualTo(400);
            var answer = put(trial, pair);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("self_made").asBoolean()).isFalse();
            var ports = trial.api().get("/status").json().path("ports");
            for (var door : List.of("mcp", "dashboard")) {
                handshake(office, ports.path(door).asInt());
            }
            var records = trial.api().get("/audit?kind=admin.closed").body();
            assertThat(records)
                    .contains(
                            "certificate.replace",
                            answer.json().path("fingerprint").asString(),
                            "\"outcome\":\"refused\"");
            var letters = pair.lines().toList().get(1);
            assertThat(records + answer.body() + refused.body()).doesNotContain(letters);
            trial.restart();
            handshake(office, trial.port());
        }
    }

    private static Api.Response put(Trial trial, String pair) {
        return trial.api().send("PUT", "/certificate", "application/octet-stream", pair);
    }

    /** An exception when the certificate is not one of this office. */
    private static void handshake(Authority office, int port) throws IOException, InterruptedException {
        try (var client = HttpClient.newBuilder()
                .sslContext(Authority.trusting(office.pem()))
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/"))
                    .build();
            var _ = client.send(request, HttpResponse.BodyHandlers.discarding());
        }
    }
}
