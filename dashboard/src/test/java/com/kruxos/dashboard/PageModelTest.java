package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.kruxos.dashboard.account.BrowserRow;
import com.kruxos.dashboard.agent.AgentRow;
import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.home.HourOfCalls;
import com.kruxos.dashboard.home.MinuteOfCalls;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.StatusLevel;
import com.kruxos.dashboard.signin.SignInPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks in the constructors of page records. */
class PageModelTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/agents?q=a%20b&page=2", "/agents/agt_1#top"})
    void localPathsAreAccepted(String next) {
        assertThat(new SignInPage("", next, null).next()).isEqualTo(next);
    }

    /** Fails with any weaker pattern in {@code Preconditions}: browsers may resolve each of these to another site. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "agents", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
                "javascript:alert(1)", "/\t/evil.example", "\t//evil.example", "/\n/evil.example", " /",
                        "/a\r\nSet-Cookie: a",
                "/a\\b", "/é"
            })
    void otherTargetsBecomeTheHomePage(String next) {
        assertThat(new SignInPage("", next, null).next()).isEqualTo("/");
    }

    @Test
    void linksToOtherSitesAreRefused() {
        var row = new SampleData(TextVariant.FRIENDLY).agentRow("a", "", AgentStateLabel.ACTIVE, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentRow(
                        row.id(),
                        "//evil.example",
                        "a",
                        "work",
                        "",
                        AgentStateLabel.ACTIVE,
                        "",
                        row.created(),
                        null,
                        0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a?b", "a%2fb", "a b"})
    void idsThatChangeAUrlAreRefused(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BrowserRow(id, "", "", Instant.EPOCH, Instant.EPOCH, false));
    }

    @Test
    void aSignedInLayoutNeedsACsrfToken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Layout("maria", "", "0.1.0", "host", StatusLevel.GREEN, List.of(), NavigationItem.HOME));
    }

    @Test
    void anHourHasAtMostSixtyMinutes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HourOfCalls(Instant.EPOCH, Collections.nCopies(61, new MinuteOfCalls(1, 0))));
        assertThatIllegalArgumentException().isThrownBy(() -> new MinuteOfCalls(-1, 0));
    }

    @Test
    void recordsCopyTheirLists() {
        var minutes = new ArrayList<>(List.of(new MinuteOfCalls(1, 0)));
        var traffic = new HourOfCalls(Instant.EPOCH, minutes);
        minutes.clear();
        assertThat(traffic.minutes()).hasSize(1);
    }
}
