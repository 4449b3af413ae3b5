package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.TestCertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** An HTTP client that keeps cookies and the CSRF token of the last page, and follows no redirects. */
final class DashboardClient implements AutoCloseable {
    static final String PASSPHRASE = "correct horse battery staple";

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([A-Za-z0-9_-]{43})\"");

    private static final Pattern END_SESSION_PATH = Pattern.compile("/account/seats/([^/\"]+)/end");

    record DashboardResponse(int status, String body, Map<String, List<String>> headers) {
        String header(String name) {
            return String.join("; ", headers.getOrDefault(name, List.of()));
        }

        String location() {
            return header("location");
        }

        String csrf() {
            var found = CSRF.matcher(body);
            return found.find() ? found.group(1) : "";
        }
    }

    private final HttpClient client;
    private final int port;
    final Map<String, String> cookies = new LinkedHashMap<>();
    String csrf = "";

    DashboardClient(Path home, int port) {
        this(home, port, "127.0.0.1");
    }

    private DashboardClient(Path home, int port, String address) {
        this.port = port;
        try {
            client = HttpClient.newBuilder()
                    .localAddress(InetAddress.ofLiteral(address))
                    .sslContext(TestCertificateAuthority.trustingContext(
                            Files.readString(home.resolve("tls/certificate.pem"))))
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(60))
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static DashboardClient connect(TestAppliance appliance) {
        return connect(appliance, "127.0.0.1");
    }

    /** Connects from another loopback address. */
    static DashboardClient connect(TestAppliance appliance, String address) {
        var port = appliance
                .adminClient()
                .get("/status")
                .json()
                .path("ports")
                .path("dashboard")
                .asInt();
        return new DashboardClient(appliance.folder(), port, address);
    }

    /** A client whose operator has chosen a passphrase and signed in. */
    static DashboardClient signedIn(TestAppliance appliance, String name) {
        var browser = connect(appliance);
        var page = browser.get("/welcome/" + createInvitation(appliance, name));
        assertThat(page.status()).isEqualTo(200);
        var chosen = browser.choosePassphrase(invitationCode(page), PASSPHRASE);
        assertThat(chosen.status()).as(chosen.body()).isEqualTo(303);
        assertThat(browser.get("/").status()).isEqualTo(200);
        return browser;
    }

    /** Adds an operator; returns the invitation code. */
    static String createInvitation(TestAppliance appliance, String name) {
        var made = appliance.adminClient().post("/operators", "{\"name\":\"" + name + "\"}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("code").asString();
    }

    private static String invitationCode(DashboardResponse page) {
        var found = Pattern.compile("krx_invitation_[A-Za-z0-9_-]{43}").matcher(page.body());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    DashboardResponse choosePassphrase(String code, String passphrase) {
        return post("/welcome", Map.of("code", code, "passphrase", passphrase, "again", passphrase));
    }

    DashboardResponse signIn(String name, String passphrase) {
        get("/sign-in");
        return post("/sign-in", Map.of("name", name, "passphrase", passphrase, "next", "/"));
    }

    /** The id of the operator's only other session. */
    String otherSessionId() {
        var others = Arrays.stream(get("/account").body().split("<tr>", -1))
                .filter(row -> !row.contains(">current<"))
                .flatMap(row -> END_SESSION_PATH.matcher(row).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(others).hasSize(1);
        return others.getFirst();
    }

    int port() {
        return port;
    }

    SSLContext sslContext() {
        return client.sslContext();
    }

    DashboardResponse get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /** Adds the CSRF token of the last page. */
    DashboardResponse post(String path, Map<String, String> fields, String... headers) {
        var all = new LinkedHashMap<>(fields);
        all.putIfAbsent("csrf", csrf);
        var body = all.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        var type = new String[] {"Content-Type", "application/x-www-form-urlencoded"};
        var more = Stream.concat(Arrays.stream(type), Arrays.stream(headers)).toArray(String[]::new);
        return send("POST", path, HttpRequest.BodyPublishers.ofString(body), more);
    }

    DashboardResponse post(String path) {
        return post(path, Map.of());
    }

    DashboardResponse send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        return toResponse(exchange(method, path, body, HttpResponse.BodyHandlers.ofString(), headers));
    }

    /** A response whose body is read while it is sent. */
    HttpResponse<InputStream> openStream(String path) {
        return exchange("GET", path, HttpRequest.BodyPublishers.noBody(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> exchange(
            String method,
            String path,
            HttpRequest.BodyPublisher body,
            HttpResponse.BodyHandler<T> handler,
            String... headers) {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2))
                .method(method, body);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private DashboardResponse toResponse(HttpResponse<String> response) {
        for (var cookie : response.headers().allValues("set-cookie")) {
            var pair = cookie.split(";", 2)[0].split("=", 2);
            if (cookie.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        var page = new DashboardResponse(
                response.statusCode(), response.body(), response.headers().map());
        if (!page.csrf().isEmpty()) {
            csrf = page.csrf();
        }
        return page;
    }

    @Override
    public void close() {
        client.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
