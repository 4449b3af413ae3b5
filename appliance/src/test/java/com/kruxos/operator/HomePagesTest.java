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

/** The first page as it is served: what it says of the appliance, and what it says a person has to do. */
@Timeout(300)
class HomePagesTest {
    private static final Pattern VERDICT = Pattern.compile("<h2 id=\"overview-title\"><span [^>]*></span>([^<]*)</h2>");
    private static final Pattern OVERVIEW = Pattern.compile("<section id=\"overview\".*?</section>", Pattern.DOTALL);
    private static final Pattern NAVIGATION = Pattern.compile("<nav aria-label=\"Main\".*?</nav>", Pattern.DOTALL);
    private static final Pattern WAITING = Pattern.compile("<section id=\"waiting\".*?</section>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private TestAppliance trial;
    private Browser browser;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder);
        browser = Browser.seated(trial, "ada");
    }

    @AfterEach
    void stop() {
        browser.close();
        trial.close();
    }

    /**
     * An appliance that is new is well, and is told of its key all the same. Red when advice counts in Check.worst, or
     * HomePages.waiting lists it.
     */
    @Test
    void whatCouldBeBetterIsAdviceAndNoWarning() {
        assertThat(found(VERDICT)).isEqualTo("All is well");
        assertThat(found(WAITING)).contains("Nothing.");
        assertThat(found(OVERVIEW))
                .contains("<span class=\"state plain\">advice</span> <strong><bdi>key</bdi></strong>")
                .contains("there is no second one to recover with", "keep a copy of the key file offline")
                .doesNotContain(">warning<", ">problem<");
        assertThat(found(NAVIGATION)).doesNotContain("state");
        var health = trial.adminClient().get("/status").json().path("health");
        assertThat(health.path("state").asString()).isEqualTo("green");
        assertThat(health.path("checks"))
                .filteredOn(check -> check.path("name").asString().equals("key"))
                .singleElement()
                .satisfies(check -> assertThat(check.path("state").asString()).isEqualTo("advice"));
    }

    /**
     * Red without the filter or the hint in HomePages.waiting, when the level is not that of the checks, and when
     * Checks.servers takes a missing secret for nothing.
     */
    @Test
    void aServerWithoutItsSecretWaitsForSomebodyUntilItHasIt() {
        assertThat(found(WAITING)).doesNotContain("odd", "runs", "are written", "no second");

        withoutSecret("odd");

        assertThat(found(VERDICT)).isEqualTo("1 warning");
        assertThat(found(NAVIGATION)).contains("warning");
        assertThat(found(WAITING)).contains("odd: ", "odd/token", "kruxos secret put odd/token");

        trial.putSecret("odd/token", "the-value-of-it");
        trial.awaitState("odd", "ready");

        assertThat(found(VERDICT)).isEqualTo("All is well");
        assertThat(found(WAITING)).doesNotContain("odd");
    }

    /** Red when Checks.servers ends with the first that is down, names more than five, or does not count the others. */
    @Test
    void ofServersThatAreDownTheFirstAreNamedAndTheOthersCounted() {
        for (var number = 1; number <= 5; number++) {
            withoutSecret("odd" + number);
        }
        assertThat(found(VERDICT)).isEqualTo("5 warnings");
        assertThat(found(WAITING))
                .contains("odd1: ", "odd2: ", "odd3: ", "odd4: ", "odd5: ", "kruxos secret put odd5/token")
                .doesNotContain("more");

        withoutSecret("odd6");
        assertThat(found(WAITING))
                .contains("odd5: ", "another server does not run")
                .doesNotContain("odd6");

        withoutSecret("odd7");
        assertThat(found(WAITING))
                .contains("2 more servers do not run", "kruxos server list")
                .doesNotContain("odd6", "odd7");
        assertThat(trial.adminClient().get("/status").json().path("health").path("checks"))
                .filteredOn(check -> check.path("name").asString().equals("servers"))
                .hasSize(6);
    }

    private void withoutSecret(String server) {
        trial.addServer(
                server,
                TestAppliance.faultyServerCommand(),
                Map.of("ODD_SECRET", "secret:" + server + "/token"),
                Map.of(),
                "missing_secret");
    }

    private String found(Pattern pattern) {
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
