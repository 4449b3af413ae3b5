package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the records take, and what not. */
class ValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/agents?q=a%20b&page=2", "/agents/agt_1#top"})
    void aPlaceOnThisSiteIsGoneTo(String next) {
        assertThat(new SignIn("", next, null).next()).isEqualTo(next);
    }

    /** Red with any weaker pattern in {@code Values}: browsers take each of these, or part of it, for another site. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "agents", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
                "javascript:alert(1)", "/\t/evil.example", "\t//evil.example", "/\n/evil.example", " /",
                        "/a\r\nSet-Cookie: a",
                "/a\\b", "/é"
            })
    void everyOtherPlaceBecomesTheStart(String next) {
        assertThat(new SignIn("", next, null).next()).isEqualTo("/");
    }

    @Test
    void aLinkElsewhereIsRefused() {
        var row = new Samples(Voice.FRIENDLY).row("a", "", State.ACTIVE, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentRow(
                        row.id(), "//evil.example", "a", "work", "", State.ACTIVE, "", row.created(), null, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a?b", "a%2fb", "a b"})
    void anIdThatChangesAnAddressIsRefused(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Seat(id, "", "", Instant.EPOCH, Instant.EPOCH, false));
    }

    @Test
    void aPageWithNavigationNeedsItsProof() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frame("maria", "", "0.1.0", "host", Level.GREEN, List.of(), Section.HOME));
    }

    @Test
    void anHourHasSixtyMinutes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Traffic(Instant.EPOCH, Collections.nCopies(61, new Minute(1, 0))));
        assertThatIllegalArgumentException().isThrownBy(() -> new Minute(-1, 0));
    }

    @Test
    void whatIsGivenCannotBeChangedAfterwards() {
        var minutes = new ArrayList<>(List.of(new Minute(1, 0)));
        var traffic = new Traffic(Instant.EPOCH, minutes);
        minutes.clear();
        assertThat(traffic.minutes()).hasSize(1);
    }
}
