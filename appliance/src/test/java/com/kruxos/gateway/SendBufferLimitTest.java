package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MemoryGuardTest;
import org.junit.jupiter.api.Test;

class SendBufferLimitTest {
    private static final long MIB = 1 << 20;

    @Test
    void theSendBufferLimitIsLowerWhenMemoryIsLow() {
        var normal = new SendBufferLimit(MemoryGuard.NONE);
        assertThat(normal.isExceeded(32 * MIB)).isFalse();
        assertThat(normal.isExceeded(32 * MIB + 1)).isTrue();

        var low = new SendBufferLimit(MemoryGuardTest.exhausted());
        assertThat(low.isExceeded(MIB)).isFalse();
        assertThat(low.isExceeded(MIB + 1)).isTrue();
    }
}
