package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.Trial;
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
    private static final Pattern WAITING = Pattern.compile("<section id=\"waiting\".*?</section>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private Trial trial;
    private Browser browser;

    @BeforeEach
    void start() {
        trial = Trial.start(folder);
        browser = Browser.seated(trial, "ada");
    }

    @AfterEach
    void stop() {
        browser.close();
        trial.close();
    }

    /**
     * The one warning of an appliance that is otherwise well is that there is no second key. Red without the filter or
     * the hint in HomePages.waiting, when the level is not that of the checks, and when Checks.servers takes a missing
     * secret for nothing.
     */
    @Test
    void aServerWithoutItsSecretWaitsForSomebodyUntilItHasIt() {
        assertThat(found(VERDICT)).isEqualTo("1 warning");
        assertThat(found(WAITING)).contains("no second").doesNotContain("odd", "runs", "are written");

        trial.server("odd", Trial.oddCommand(), Map.of("ODD_SECRET", "secret:odd/token"), Map.of(), "missing_secret");

        assertThat(found(VERDICT)).isEqualTo("2 warnings");
        assertThat(found(WAITING)).contains("odd: ", "odd/token", "kruxos secret put odd/token", "no second");

        trial.secret("odd/token", "the-value-of-it");
        trial.awaitState("odd", "ready");

        assertThat(found(VERDICT)).isEqualTo("1 warning");
        assertThat(found(WAITING)).doesNotContain("odd");
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
