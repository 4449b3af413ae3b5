package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Refusals that are held back. */
class ResponseDelayTest {
    /** Red without the semaphore in Patience.of: a guesser with many connections would pile up threads. */
    @Test
    void theNumberOfDelayedResponsesIsLimited() {
        assertThat(ResponseDelay.limitedTo(0).await(Duration.ofDays(1))).isFalse();
        assertThat(ResponseDelay.limitedTo(1).await(Duration.ofMillis(1))).isTrue();
    }
}
