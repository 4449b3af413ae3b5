package com.kruxos.dashboard.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ExpiryDateTest {
    @Test
    void aKeyIsValidOnItsLastDay() {
        assertThat(ExpiryDate.toInstant(LocalDate.parse("2026-12-31")))
                .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
    }

    /** Fails without the subtraction in {@code fromInstant}: each save would move the expiry by a day. */
    @Test
    void savingTheShownDateChangesNothing() {
        var day = LocalDate.parse("2027-02-28");
        assertThat(ExpiryDate.fromInstant(ExpiryDate.toInstant(day))).isEqualTo(day);
        assertThat(ExpiryDate.fromInstant(Instant.parse("2027-02-28T20:31:00Z")))
                .isEqualTo(day);
    }
}
