package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Room;
import com.kruxos.rpc.RoomTest;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long MIB = 1 << 20;

    /** Red when Backlog.full does not ask for memory, or asks for the wrong amount. */
    @Test
    void lessMayWaitWhenThereIsLittleMemory() {
        assertThat(Backlog.full(32 * MIB, Room.HEAP)).isFalse();
        assertThat(Backlog.full(32 * MIB + 1, Room.HEAP)).isTrue();
        assertThat(Backlog.full(MIB, RoomTest.full())).isFalse();
        assertThat(Backlog.full(MIB + 1, RoomTest.full())).isTrue();
    }
}
