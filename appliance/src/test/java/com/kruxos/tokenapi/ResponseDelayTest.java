package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Delayed responses to failed authentication. */
class ResponseDelayTest {
    /** Fails without the semaphore in ResponseDelay.limitedTo: a client that guesses would accumulate threads. */
    @Test
    void theNumberOfDelayedResponsesIsLimited() {
        assertThat(ResponseDelay.limitedTo(0).await(Duration.ofDays(1))).isFalse();
        assertThat(ResponseDelay.limitedTo(1).await(Duration.ofMillis(1))).isTrue();
    }
}
