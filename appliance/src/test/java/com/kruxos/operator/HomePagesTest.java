package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health and pending items on the home page. */
@Timeout(300)
class HomePagesTest {
    private static final Pattern STATUS_TEXT =
            Pattern.compile("<h2 id=\"overview-title\"><span [^>]*></span>([^<]*)</h2>");
    private static final Pattern OVERVIEW = Pattern.compile("<section id=\"overview\".*?</section>", Pattern.DOTALL);
    private static final Pattern NAVIGATION = Pattern.compile("<nav aria-label=\"Main\".*?</nav>", Pattern.DOTALL);
    private static final Pattern PENDING = Pattern.compile("<section id=\"waiting\".*?</section>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private TestAppliance appliance;
    private DashboardClient browser;

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(folder);
        browser = DashboardClient.signedIn(appliance, "ada");
    }

    @AfterEach
    void stop() {
        browser.close();
        appliance.close();
    }

    /**
     * A new appliance is healthy and shows advice about its key. Fails when {@code HealthCheck.worstLevel} counts
     * advice, or {@code pendingItems} lists it.
     */
    @Test
    void anAdviceDoesNotRaiseTheOverallLevel() {
        assertThat(find(STATUS_TEXT)).isEqualTo("All is well");
        assertThat(find(PENDING)).contains("Nothing to do.");
        assertThat(find(OVERVIEW))
                .contains("<span class=\"state plain\">advice</span> <strong><bdi>key</bdi></strong>")
                .contains("there is no second key for recovery", "keep an offline copy of the key file")
                .doesNotContain(">warning<", ">problem<");
        assertThat(find(NAVIGATION)).doesNotContain("state");
        var health = appliance.adminClient().get("/status").json().path("health");
        assertThat(health.path("state").asString()).isEqualTo("green");
        assertThat(health.path("checks"))
                .filteredOn(check -> check.path("name").asString().equals("key"))
                .singleElement()
                .satisfies(check -> assertThat(check.path("state").asString()).isEqualTo("advice"));
    }

    /**
     * Fails without the filter or the hint in {@code pendingItems}, when the level is not that of the checks, and when
     * {@code HealthChecks} ignores a missing secret.
     */
    @Test
    void aServerWithoutItsSecretIsPendingUntilTheSecretIsStored() {
        assertThat(find(PENDING)).doesNotContain("odd", "runs", "are written", "no second");

        addServerWithoutSecret("odd");

        assertThat(find(STATUS_TEXT)).isEqualTo("1 warning");
        assertThat(find(NAVIGATION)).contains("warning");
        assertThat(find(PENDING)).contains("odd: ", "odd/token", "kruxos secret put odd/token");

        appliance.putSecret("odd/token", "the-value-of-it");
        appliance.awaitState("odd", "ready");

        assertThat(find(STATUS_TEXT)).isEqualTo("All is well");
        assertThat(find(PENDING)).doesNotContain("odd");
    }

    /**
     * Fails when {@code HealthChecks} stops at the first unavailable server, names more than five, or does not count
     * the rest.
     */
    @Test
    void theFirstUnavailableServersAreNamedAndTheRestCounted() {
        for (var number = 1; number <= 5; number++) {
            addServerWithoutSecret("odd" + number);
        }
        assertThat(find(STATUS_TEXT)).isEqualTo("5 warnings");
        assertThat(find(PENDING))
                .contains("odd1: ", "odd2: ", "odd3: ", "odd4: ", "odd5: ", "kruxos secret put odd5/token")
                .doesNotContain("more");

        addServerWithoutSecret("odd6");
        assertThat(find(PENDING))
                .contains("odd5: ", "one more server does not run")
                .doesNotContain("odd6");

        addServerWithoutSecret("odd7");
        assertThat(find(PENDING))
                .contains("2 more servers do not run", "kruxos server list")
                .doesNotContain("odd6", "odd7");
        assertThat(appliance.adminClient().get("/status").json().path("health").path("checks"))
                .filteredOn(check -> check.path("name").asString().equals("servers"))
                .hasSize(6);
    }

    private void addServerWithoutSecret(String server) {
        appliance.addServer(
                server,
                TestAppliance.faultyServerCommand(),
                Map.of("ODD_SECRET", "secret:" + server + "/token"),
                Map.of(),
                "missing_secret");
    }

    private String find(Pattern pattern) {
        var page = browser.get("/");
        assertThat(page.status()).isEqualTo(200);
        var all = pattern.matcher(page.body())
                .results()
                .map(one -> one.group(one.groupCount()))
                .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
