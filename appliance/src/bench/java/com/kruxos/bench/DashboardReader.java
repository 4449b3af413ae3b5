package com.kruxos.bench;

import com.kruxos.peers.AdminSocketClient;
import com.kruxos.tls.TestCertificateAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A signed-in operator that requests pages over one connection. */
final class DashboardReader implements AutoCloseable {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([A-Za-z0-9_-]{43})\"");
    private static final String PASSPHRASE = "five words nobody else has";

    private final HttpClient client;
    private final URI baseUrl;
    private String cookie = "";

    DashboardReader(Path home, AdminSocketClient api) throws IOException, InterruptedException {
        client = HttpClient.newBuilder()
                .sslContext(
                        TestCertificateAuthority.trustingContext(Files.readString(home.resolve("tls/certificate.pem"))))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        var port = api.get("/status").json().path("ports").path("dashboard").asInt();
        baseUrl = URI.create("https://127.0.0.1:" + port);
        var code = api.post("/operators", "{\"name\":\"reader\"}")
                .json()
                .path("code")
                .asString();
        var csrf = CSRF.matcher(send(request("/welcome/" + code)).body());
        if (!csrf.find()) {
            throw new IOException("no form behind the invitation");
        }
        var words = PASSPHRASE.replace(' ', '+');
        send(request("/welcome")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "csrf=" + csrf.group(1) + "&code=" + code + "&passphrase=" + words + "&again=" + words)));
    }

    /** Requests a page; any status but 200 is an error. */
    String read(String path) throws IOException, InterruptedException {
        var answer = send(request(path));
        if (answer.statusCode() != 200) {
            throw new IOException(path + " is answered " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(baseUrl.resolve(path));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answer.headers().allValues("set-cookie").stream()
                .map(set -> set.split(";", 2)[0])
                .filter(pair -> !pair.endsWith("="))
                .forEach(pair -> cookie = pair);
        return answer;
    }

    @Override
    public void close() {
        client.close();
    }
}
