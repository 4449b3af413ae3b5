package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in, sessions, CSRF, throttling, cookies and live updates of the dashboard, over HTTPS. */
@Timeout(300)
class DashboardServerTest {
    private static final String UNFINISHED_REQUEST = """
            POST /sign-in HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: 100\r
            \r
            name=""";

    @TempDir
    Path folder;

    private TestAppliance appliance;

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(folder, Config.defaults().withHostNames(Set.of("box.example")));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    @Test
    void anInvitedOperatorChoosesAPassphraseAndSignsIn() {
        var code = DashboardClient.createInvitation(appliance, "ada");
        try (var browser = DashboardClient.connect(appliance)) {
            assertThat(browser.get("/").location()).isEqualTo("/sign-in");
            assertThat(browser.get("/agents?q=x").location()).isEqualTo("/sign-in?next=%2Fagents%3Fq%3Dx");
            assertThat(browser.get("/welcome/" + code).status()).isEqualTo(200);
            assertThat(browser.get("/welcome/" + code).status()).isEqualTo(200); // viewing does not use the invitation
            assertThat(browser.post("/welcome", Map.of("code", code, "passphrase", "short", "again", "short"))
                            .status())
                    .isEqualTo(422);
            var unequal =
                    Map.of("code", code, "passphrase", DashboardClient.PASSPHRASE, "again", "something else entirely");
            assertThat(browser.post("/welcome", unequal).body()).contains("not the same");
            assertThat(browser.choosePassphrase(code, DashboardClient.PASSPHRASE)
                            .location())
                    .isEqualTo("/");
            assertThat(browser.get("/").status()).isEqualTo(200);
            assertThat(browser.get("/welcome/" + code).status()).isEqualTo(404);

            assertThat(browser.post("/sign-out").location()).isEqualTo("/sign-in");
            assertThat(browser.get("/").status()).isEqualTo(303);
            assertThat(browser.signIn("ada", "wrong horse battery staple").status())
                    .isEqualTo(403);
            assertThat(browser.signIn("ada", DashboardClient.PASSPHRASE).location())
                    .isEqualTo("/");
            assertThat(browser.get("/").body()).contains("ada");
        }
        assertThat(closedActions("operator.", "done"))
                .contains("operator.add", "operator.choose-passphrase", "operator.sign-in", "operator.sign-out");
        assertThat(appliance.adminClient().get("/audit?kind=admin.refused").body())
                .contains("invalid passphrase for ada")
                .doesNotContain("wrong horse");
    }

    /**
     * Fails without {@code Secure}, {@code HttpOnly} or {@code SameSite} in {@code DashboardCookies.ATTRIBUTES}, or
     * without the prefix of the names.
     */
    @Test
    void cookiesAndHeadersAreHardened() {
        try (var browser = DashboardClient.connect(appliance)) {
            var code = DashboardClient.createInvitation(appliance, "ada");
            var page = browser.get("/welcome/" + code);
            assertThat(page.header("set-cookie"))
                    .matches("__Host-kruxos-visit=[A-Za-z0-9_-]{22}; Path=/; Secure; HttpOnly; SameSite=Strict");
            assertThat(page.header("content-security-policy"))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
            assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(page.header("x-frame-options")).isEqualTo("DENY");
            assertThat(page.header("permissions-policy")).contains("camera=()");
            assertThat(page.header("cache-control")).isEqualTo("no-store");
            assertThat(page.header("strict-transport-security")).isEmpty(); // not for addresses
            assertThat(page.header("server")).isEmpty();
            var chosen = browser.choosePassphrase(code, DashboardClient.PASSPHRASE);
            assertThat(chosen.header("set-cookie"))
                    .contains("__Host-kruxos=krx_seat_")
                    .contains("; Path=/; Secure; HttpOnly; SameSite=Strict");
            var failure = browser.get("/nothing-here");
            assertThat(failure.status()).isEqualTo(404);
            assertThat(failure.header("content-security-policy")).contains("default-src 'none'");
        }
    }

    /** Fails when {@code OriginCheck.isDnsName} is always false. The test above covers addresses. */
    @Test
    void hstsIsSentForDnsNames() throws IOException {
        try (var browser = DashboardClient.connect(appliance);
                var socket = browser.sslContext()
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), browser.port())) {
            socket.setSoTimeout(60_000);
            var request = "GET /sign-in HTTP/1.1\r\nHost: box.example\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Strict-Transport-Security: max-age=31536000\r\n");
        }
    }

    /** Prevents session fixation. Fails when {@code signedInRedirect} keeps a cookie of the request. */
    @Test
    void signingInCreatesANewSessionKey() {
        try (var browser = DashboardClient.signedIn(appliance, "ada")) {
            var first = browser.cookies.get("__Host-kruxos");
            assertThat(browser.post("/sign-out").status()).isEqualTo(303);
            browser.cookies.put("__Host-kruxos", first);
            assertThat(browser.get("/").status()).isEqualTo(303); // signing out ended the session on the server
            browser.signIn("ada", DashboardClient.PASSPHRASE);
            assertThat(browser.cookies.get("__Host-kruxos")).isNotEqualTo(first);
            assertThat(browser.get("/").status()).isEqualTo(200);
        }
    }

    /** Fails without {@code requireSameOrigin} or {@code CsrfTokens.isValid} in {@code DashboardHandler.submitForm}. */
    @Test
    void crossSiteFormsAreRefused() {
        try (var browser = DashboardClient.signedIn(appliance, "ada")) {
            browser.get("/agents/new");
            var form = Map.of("name", "evil", "purpose", "", "space", "default", "expires", "");
            assertThat(browser.post("/agents", form, "Origin", "https://evil.example")
                            .status())
                    .isEqualTo(403);
            assertThat(browser.post("/agents", form, "Origin", "https://127.0.0.1:1")
                            .status())
                    .isEqualTo(403);
            assertThat(browser.post("/agents", form, "Origin", "null").status()).isEqualTo(403);
            assertThat(browser.post("/agents", form, "Origin", "null", "Sec-Fetch-Site", "cross-site")
                            .status())
                    .isEqualTo(403);
            assertThat(browser.post("/agents", form, "Sec-Fetch-Site", "same-site")
                            .status())
                    .isEqualTo(403);
            var own = browser.csrf;
            for (var proof : List.of("", "x", own.substring(1), "A".repeat(43))) {
                browser.csrf = proof;
                assertThat(browser.post("/agents", form).status()).isEqualTo(403);
            }
            assertThat(browser.send("POST", "/agents", HttpRequest.BodyPublishers.ofString("{}"))
                            .status())
                    .isEqualTo(415);
            try (var other = DashboardClient.signedIn(appliance, "bob")) {
                other.get("/agents/new");
                browser.csrf = other.csrf; // token of another session
                assertThat(browser.post("/agents", form).status()).isEqualTo(403);
            }
            assertThat(appliance.adminClient().get("/agents").body()).doesNotContain("evil");
            browser.csrf = own;
            assertThat(browser.post("/agents", form, "Origin", "https://127.0.0.1:" + browser.port())
                            .status())
                    .isEqualTo(200);
            var sentByChromium = new String[] {"Origin", "null", "Sec-Fetch-Site", "same-origin"};
            form = Map.of("name", "another", "purpose", "", "space", "default", "expires", "");
            assertThat(browser.post("/agents", form, sentByChromium).status()).isEqualTo(200);
        }
    }

    /** Fails when {@code SignInPage.localPathOrHome} accepts another site. */
    @Test
    void redirectsStayOnThisSite() {
        try (var browser = DashboardClient.signedIn(appliance, "ada")) {
            for (var next :
                    List.of("https://evil.example/", "//evil.example", "/\\evil.example", "/%09/evil.example", "x")) {
                assertThat(browser.get("/sign-in?next=" + next.replace("\\", "%5C"))
                                .location())
                        .as(next)
                        .doesNotContain("evil.example")
                        .startsWith("/");
            }
            assertThat(browser.get("/sign-in?next=%2Fagents%2Fnew").location()).isEqualTo("/agents/new");
        }
    }

    /**
     * Throttling does not lock out others. Fails without {@code beginAttempt} in {@code SignInPages.signIn}, when
     * attempts are counted by name, or when a success clears earlier failures.
     */
    @Test
    void failedSignInsAreThrottledWithRetryAfter() {
        try (var browser = DashboardClient.signedIn(appliance, "ada");
                var guesser = DashboardClient.connect(appliance);
                var elsewhere = DashboardClient.connect(appliance, "127.0.0.2")) {
            var statuses = new ArrayList<Integer>();
            for (var i = 0; i < 8; i++) {
                statuses.add(guesser.signIn("ada", "a wrong passphrase " + i).status());
            }
            assertThat(statuses)
                    .startsWith(403, 403, 403, 403, 403, 403)
                    .contains(429)
                    .doesNotContain(303);
            var refused = guesser.signIn("ada", DashboardClient.PASSPHRASE);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("retry-after")).matches("\\d+");
            assertThat(browser.get("/").status()).isEqualTo(200); // open sessions continue
            assertThat(elsewhere.signIn("ada", DashboardClient.PASSPHRASE).status())
                    .isEqualTo(303);
            assertThat(refusals("operator.sign-in")).contains("too many tries");
        }
    }

    /** Fails without {@code beginAttempt} or {@code recordRefusal} in {@code SignInPages.choosePassphrase}. */
    @Test
    void failedInvitationsAreThrottled() {
        try (var guesser = DashboardClient.connect(appliance)) {
            guesser.get("/sign-in");
            var statuses = new ArrayList<Integer>();
            for (var i = 0; i < 7; i++) {
                statuses.add(guesser.choosePassphrase("krx_invitation_" + "A".repeat(43), DashboardClient.PASSPHRASE)
                        .status());
            }
            assertThat(statuses).containsExactly(404, 404, 404, 404, 404, 404, 429);
            assertThat(refusals("operator.choose-passphrase")).contains("invalid or expired invitation");
        }
    }

    /** Fails without the throttle in {@code AccountPages.changePassphrase}. */
    @Test
    void passphraseChangesAreThrottled() {
        try (var found = DashboardClient.signedIn(appliance, "ada")) {
            found.get("/account");
            var statuses = new ArrayList<Integer>();
            for (var i = 0; i < 7; i++) {
                var guess = Map.of("current", "guess " + i, "passphrase", "x".repeat(20), "again", "x".repeat(20));
                statuses.add(found.post("/account/passphrase", guess).status());
            }
            assertThat(statuses).containsExactly(422, 422, 422, 422, 422, 422, 429);
            assertThat(refusals("operator.change-passphrase")).contains("too many tries");
        }
    }

    /**
     * Fails with another maximum in {@code PassphraseHasher}, when characters are counted instead of bytes, or without
     * the hash before bcrypt, which uses only the first 72 bytes.
     */
    @Test
    void aPassphraseHasAtMost256BytesAndAllOfThemAreChecked() {
        var longest = "ü".repeat(128);
        var code = DashboardClient.createInvitation(appliance, "ada");
        try (var browser = DashboardClient.connect(appliance)) {
            browser.get("/welcome/" + code);
            var refused = browser.choosePassphrase(code, longest + "x");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body()).contains("A passphrase has 15 to 256 bytes.");
            assertThat(browser.choosePassphrase(code, longest).location()).isEqualTo("/");
            browser.get("/account");
            var larger = Map.of("current", longest, "passphrase", longest + "x", "again", longest + "x");
            assertThat(browser.post("/account/passphrase", larger).body())
                    .contains("A passphrase has 15 to 256 bytes.");
            browser.post("/sign-out");
            var first72 = "ü".repeat(36);
            assertThat(browser.signIn("ada", first72 + "ö".repeat(92)).status()).isEqualTo(403);
            assertThat(browser.signIn("ada", longest.substring(1)).status()).isEqualTo(403);
            assertThat(browser.signIn("ada", longest + "x").status()).isEqualTo(403);
            assertThat(browser.signIn("ada", longest).location()).isEqualTo("/");
        }
    }

    /** Fails when {@code SignInPages.signIn} does not end the old session of the browser. */
    @Test
    void signingInAgainEndsThePreviousSession() {
        try (var browser = DashboardClient.signedIn(appliance, "ada");
                var thief = DashboardClient.connect(appliance)) {
            thief.cookies.putAll(browser.cookies);
            assertThat(thief.get("/").status()).isEqualTo(200);
            browser.get("/account");
            var again = Map.of(
                    "name", "ada", "passphrase", DashboardClient.PASSPHRASE, "next", "https://elsewhere.example/");
            assertThat(browser.post("/sign-in", again).location()).isEqualTo("/");
            assertThat(browser.get("/").status()).isEqualTo(200);
            assertThat(thief.get("/").status()).isEqualTo(303);
        }
    }

    private List<String> refusals(String action) {
        return appliance.auditRecords().stream()
                .filter(record -> record.path("outcome").asString().equals("refused")
                        && record.path("action").asString().equals(action))
                .map(record -> record.path("details").path("reason").asString())
                .toList();
    }

    @Test
    void changingThePassphraseEndsTheOtherSessions() {
        try (var here = DashboardClient.signedIn(appliance, "ada");
                var there = DashboardClient.connect(appliance)) {
            there.signIn("ada", DashboardClient.PASSPHRASE);
            here.get("/account");
            var wrong = Map.of("current", "not the present one", "passphrase", "x".repeat(20), "again", "x".repeat(20));
            assertThat(here.post("/account/passphrase", wrong).status()).isEqualTo(422);
            assertThat(there.get("/").status()).isEqualTo(200);
            var right = Map.of(
                    "current", DashboardClient.PASSPHRASE, "passphrase", "x".repeat(64), "again", "x".repeat(64));
            assertThat(here.post("/account/passphrase", right).location()).isEqualTo("/account");
            assertThat(here.get("/account").status()).isEqualTo(200);
            assertThat(there.get("/").status()).isEqualTo(303);
            assertThat(there.signIn("ada", DashboardClient.PASSPHRASE).status()).isEqualTo(403);
            assertThat(there.signIn("ada", "x".repeat(64)).status()).isEqualTo(303);
            here.get("/account");
            assertThat(here.post("/account/sign-out-everywhere").status()).isEqualTo(303);
            assertThat(here.get("/").status()).isEqualTo(303);
            assertThat(there.get("/").status()).isEqualTo(303);
        }
    }

    /** Fails when {@code OperatorAdmin.endSession} accepts sessions of other operators. */
    @Test
    void operatorsEndOnlyTheirOwnSessions() {
        try (var here = DashboardClient.signedIn(appliance, "ada");
                var there = DashboardClient.connect(appliance);
                var bob = DashboardClient.signedIn(appliance, "bob")) {
            there.signIn("ada", DashboardClient.PASSPHRASE);
            var end = "/account/seats/" + here.otherSessionId() + "/end";
            bob.get("/account");
            var refused = bob.post(end);
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.body())
                    .contains(
                            "There is no such session.",
                            "It may already have ended."); // same text as for an unknown session
            assertThat(there.get("/").status()).isEqualTo(200);
            assertThat(bob.get("/account").body()).doesNotContain(end);
            assertThat(closedActions("operator.end-seat", "refused")).hasSize(1);

            here.get("/account");
            assertThat(here.post(end).location()).isEqualTo("/account");
            assertThat(there.get("/").status()).isEqualTo(303);
            assertThat(here.get("/").status()).isEqualTo(200);
            assertThat(here.post(end).status()).isEqualTo(404);
        }
    }

    /** Removal and reset on the machine take effect on the next request. */
    @Test
    void removingAnOperatorOrResettingThePassphraseEndsTheirSessions() {
        try (var ada = DashboardClient.signedIn(appliance, "ada");
                var bob = DashboardClient.signedIn(appliance, "bob")) {
            assertThat(appliance
                            .adminClient()
                            .post("/operators/ada/reset-passphrase", "{}")
                            .status())
                    .isEqualTo(200);
            assertThat(appliance.adminClient().delete("/operators/bob").status())
                    .isEqualTo(200);
            assertThat(ada.get("/").status()).isEqualTo(303);
            assertThat(bob.get("/").status()).isEqualTo(303);
        }
    }

    /** Browsers do not send a strict cookie when a link of another site is followed. */
    @Test
    void aCrossSiteLinkIsReloadedSoThatTheCookieIsSent() {
        try (var browser = DashboardClient.connect(appliance)) {
            var page = browser.get("/agents", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("http-equiv=\"refresh\"");
            assertThat(browser.get("/agents", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate")
                            .status())
                    .isEqualTo(303);
        }
    }

    /** Fails without {@code HttpsRedirectHandler}. */
    @Test
    void plainHttpIsRedirectedToHttps() throws IOException {
        var port = DashboardClient.connect(appliance).port();
        assertThat(sendPlain(port, "GET /agents?q=a%20b HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"))
                .startsWith("HTTP/1.1 308 ")
                .contains("Location: https://127.0.0.1:" + port + "/agents?q=a%20b\r\n")
                .doesNotContain("Set-Cookie");
        assertThat(sendPlain(port, "POST /sign-in HTTP/1.1\r\nHost: box.example\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 308 ")
                .contains("Location: https://box.example/sign-in\r\n");
        assertThat(sendPlain(port, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    /** Fails when {@code DashboardHandler} reads a form while it holds a permit. */
    @Test
    void slowRequestsDoNotBlockOthers() throws IOException {
        try (var browser = DashboardClient.signedIn(appliance, "ada")) {
            var slow = new ArrayList<Socket>();
            try {
                var tls = browser.sslContext().getSocketFactory();
                for (var i = 0; i < 70; i++) {
                    var socket = tls.createSocket(InetAddress.getLoopbackAddress(), browser.port());
                    slow.add(socket);
                    socket.getOutputStream().write(UNFINISHED_REQUEST.getBytes(StandardCharsets.US_ASCII));
                }
                for (var i = 0; i < 5; i++) {
                    assertThat(browser.get("/").status()).isEqualTo(200);
                }
            } finally {
                for (var socket : slow) {
                    socket.close();
                }
            }
        }
    }

    /** Fails when {@code LiveUpdates} waits longer than the stop timeout of the listener. */
    @Test
    void anEventStreamEndsCleanlyWhenTheApplianceStops() throws IOException {
        try (var browser = DashboardClient.signedIn(appliance, "ada");
                var live = browser.openStream("/live").body()) {
            assertThat(live.read()).isEqualTo(':');
            appliance.close();
            assertThat(new String(live.readAllBytes(), StandardCharsets.UTF_8)).contains("event: overview");
        }
    }

    /**
     * Credentials of other endpoints are not valid here. Fails without {@code recordForeignCredentials} for requests or
     * streams, for header or cookie, and when ended sessions are recorded.
     */
    @Test
    void credentialsOfOtherEndpointsAreRefusedAndRecorded() {
        appliance.close();
        var now = new AtomicReference<>(Instant.now());
        appliance = TestAppliance.start(folder.resolve("clocked"), Config.defaults(), now::get);
        var code = DashboardClient.createInvitation(appliance, "bob");
        var shown = List.of(
                appliance.createAgent("someone"),
                appliance
                        .adminClient()
                        .post("/agents/someone/tickets", "")
                        .json()
                        .path("ticket")
                        .asString(),
                appliance
                        .adminClient()
                        .post("/user-tokens", "{\"label\":\"x\",\"scopes\":[\"admin\"]}")
                        .json()
                        .path("token")
                        .asString(),
                code);
        assertThat(shown).allMatch(credential -> credential.length() > 50);
        try (var browser = DashboardClient.connect(appliance);
                var ada = DashboardClient.signedIn(appliance, "ada")) {
            var stale = ada.cookies.get("__Host-kruxos");
            assertThat(ada.post("/sign-out").status()).isEqualTo(303);
            browser.cookies.put("__Host-kruxos", stale);
            assertThat(browser.get("/").status()).isEqualTo(303);
            assertThat(browser.get("/", "Authorization", "Basic Ym9iOmJvYg==").status())
                    .isEqualTo(303);
            assertThat(refusals("operator.sign-in")).isEmpty();
            for (var credential : shown) {
                browser.cookies.put("__Host-kruxos", credential);
                assertThat(statusOneSecondLater(now, () -> browser.get("/"))).isEqualTo(303);
                assertThat(statusOneSecondLater(now, () -> browser.get("/agents")))
                        .isEqualTo(303);
                assertThat(statusOneSecondLater(now, () -> browser.post("/agents", Map.of("name", "evil"))))
                        .isEqualTo(303);
                assertThat(statusOneSecondLater(now, () -> browser.get("/live")))
                        .isEqualTo(204);
                browser.cookies.clear();
                var bearer = new String[] {"Authorization", "bearer " + credential};
                assertThat(statusOneSecondLater(now, () -> browser.get("/", bearer)))
                        .isEqualTo(303);
                assertThat(statusOneSecondLater(now, () -> browser.post("/agents", Map.of("name", "evil"), bearer)))
                        .isEqualTo(303);
                assertThat(statusOneSecondLater(now, () -> browser.get("/live", bearer)))
                        .isEqualTo(204);
            }
        }
        assertThat(appliance.adminClient().get("/agents").body()).doesNotContain("evil");
        assertThat(refusals("operator.sign-in")).hasSize(28).containsOnly("a credential of another endpoint");
        assertThat(appliance.auditRecords().toString()).doesNotContain(shown);
    }

    /** Advances the clock, so that the refusal is recorded separately. */
    private static int statusOneSecondLater(
            AtomicReference<Instant> now, Supplier<DashboardClient.DashboardResponse> what) {
        now.updateAndGet(before -> before.plusSeconds(1));
        return what.get().status();
    }

    @Test
    void liveUpdatesAreSentOnChangesAndEndWithTheSession() throws IOException {
        try (var browser = DashboardClient.signedIn(appliance, "ada")) {
            var live = browser.openStream("/live");
            assertThat(live.headers().firstValue("content-type")).hasValue("text/event-stream");
            try (var lines = new BufferedReader(new InputStreamReader(live.body(), StandardCharsets.UTF_8))) {
                awaitLine(lines, "event: overview");
                appliance.createAgent("newcomer");
                awaitLine(lines, "newcomer");
                assertThat(browser.post("/sign-out").status()).isEqualTo(303);
                assertThat(lines.lines().toList()).isNotNull(); // the stream ends
            }
        }
        try (var guest = DashboardClient.connect(appliance)) {
            assertThat(guest.openStream("/live").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void onlyAssetsAreCachedForever() {
        try (var browser = DashboardClient.connect(appliance)) {
            var page = browser.get("/sign-in").body();
            var style = Pattern.compile("/assets/app\\.[0-9a-f]{8}\\.css").matcher(page);
            assertThat(style.find()).isTrue();
            var asset = browser.get(style.group());
            assertThat(asset.status()).isEqualTo(200);
            assertThat(asset.header("content-type")).startsWith("text/css");
            assertThat(asset.header("cache-control")).contains("immutable");
            assertThat(asset.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(browser.get("/assets/app.00000000.css").status()).isEqualTo(404);
            assertThat(browser.get("/assets/..%2f..%2fetc/passwd").status()).isIn(400, 404);
        }
    }

    private List<String> closedActions(String prefix, String outcome) {
        var actions = new ArrayList<String>();
        for (var leaf : appliance
                .adminClient()
                .get("/audit?kind=admin.closed&limit=500")
                .json()
                .path("items")) {
            if (leaf.path("action").asString().startsWith(prefix)
                    && leaf.path("outcome").asString().equals(outcome)) {
                actions.add(leaf.path("action").asString());
            }
        }
        return actions;
    }

    private static void awaitLine(BufferedReader lines, String wanted) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(wanted)) {
                return;
            }
        }
        throw new AssertionError("ended without " + wanted);
    }

    private static String sendPlain(int port, String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
