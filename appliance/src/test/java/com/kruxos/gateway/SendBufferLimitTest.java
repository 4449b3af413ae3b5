package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MemoryGuardTest;
import org.junit.jupiter.api.Test;

class SendBufferLimitTest {
    private static final long MIB = 1 << 20;

    /** Red when Backlog.full does not ask for memory, or asks for the wrong amount. */
    @Test
    void theSendBufferLimitIsLowerWhenMemoryIsLow() {
        assertThat(SendBufferLimit.isExceeded(32 * MIB, MemoryGuard.HEAP)).isFalse();
        assertThat(SendBufferLimit.isExceeded(32 * MIB + 1, MemoryGuard.HEAP)).isTrue();
        assertThat(SendBufferLimit.isExceeded(MIB, MemoryGuardTest.exhausted())).isFalse();
        assertThat(SendBufferLimit.isExceeded(MIB + 1, MemoryGuardTest.exhausted()))
                .isTrue();
    }
}
