package com.kruxos.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PageBufferTest {
    private static final byte[] KEY = "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);

    /** Fails without the wiping of the smaller array in {@code writeBinaryContent}, and in {@code close}. */
    @Test
    void aGrowingBufferWipesItsOldArray() {
        byte[] grown;
        try (var buffer = new PageBuffer()) {
            buffer.writeBinaryContent(KEY);
            var small = buffer.array();
            buffer.writeBinaryContent(new byte[small.length]);
            grown = buffer.array();
            assertThat(small).containsOnly(0);
            assertThat(grown).isNotSameAs(small).startsWith(KEY);
        }
        assertThat(grown).containsOnly(0);
    }
}
