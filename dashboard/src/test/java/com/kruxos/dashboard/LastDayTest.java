package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class LastDayTest {
    @Test
    void itStillCountsOnTheDay() {
        assertThat(LastDay.end(LocalDate.parse("2026-12-31"))).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
    }

    /** Red without the moment that is taken off: each saving would move the end by a day. */
    @Test
    void savingWhatWasShownChangesNothing() {
        var day = LocalDate.parse("2027-02-28");
        assertThat(LastDay.of(LastDay.end(day))).isEqualTo(day);
        assertThat(LastDay.of(Instant.parse("2027-02-28T20:31:00Z"))).isEqualTo(day);
    }
}
