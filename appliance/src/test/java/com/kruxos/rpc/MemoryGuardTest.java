package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class MemoryGuardTest {
    private static final int MIB = 1 << 20;

    /** A guard that refuses every long message. */
    public static MemoryGuard exhausted() {
        return new MemoryGuard(new FakeHeap(1_000L * MIB, 0));
    }

    /** A heap of 1,000 MiB. */
    private static final class FakeHeap implements MemoryGuard.HeapMonitor {
        private volatile long used;
        private volatile long garbage;
        private int collections;

        private FakeHeap(long used, long garbage) {
            this.used = used;
            this.garbage = garbage;
        }

        @Override
        public long maxBytes() {
            return 1_000L * MIB;
        }

        @Override
        public long usedBytes() {
            return used + garbage;
        }

        @Override
        public void collect() {
            garbage = 0;
            collections++;
        }
    }

    private static byte @Nullable [] tryGrow(FakeHeap heap, int capacity) {
        return new MemoryGuard(heap).tryGrow(new byte[] {1, 2}, capacity, Duration.ZERO);
    }

    @Test
    void growingKeepsTheContent() {
        assertThat(tryGrow(new FakeHeap(0, 0), 4)).containsExactly(1, 2, 0, 0);
        assertThat(tryGrow(new FakeHeap(0, 0), MIB)).hasSize(MIB).startsWith(1, 2, 0);
    }

    @Test
    void longMessagesMayUseHalfOfTheHeap() {
        assertThat(tryGrow(new FakeHeap(499L * MIB, 0), MIB)).isNotNull();
        assertThat(tryGrow(new FakeHeap(499L * MIB + 1, 0), MIB)).isNull();
    }

    /** Fails without the first condition of MemoryGuard.tryGrow. */
    @Test
    void shortMessagesAreAlwaysAccepted() {
        assertThat(tryGrow(new FakeHeap(1_000L * MIB, 0), MemoryGuard.SMALL_MESSAGE_BYTES))
                .hasSize(MemoryGuard.SMALL_MESSAGE_BYTES);
        assertThat(tryGrow(new FakeHeap(1_000L * MIB, 0), MemoryGuard.SMALL_MESSAGE_BYTES + 1))
                .isNull();
    }

    /** Fails when MemoryGuard.isMemoryLow counts garbage, or does not measure. */
    @Test
    void memoryIsLowAboveThreeQuarters() {
        assertThat(new MemoryGuard(new FakeHeap(750L * MIB, 0)).isMemoryLow()).isFalse();
        assertThat(new MemoryGuard(new FakeHeap(750L * MIB + 1, 0)).isMemoryLow())
                .isTrue();
        assertThat(new MemoryGuard(new FakeHeap(700L * MIB, 300L * MIB)).isMemoryLow())
                .isFalse();
        assertThat(exhausted().isMemoryLow()).isTrue();
    }

    @Test
    void garbageIsCollectedBeforeAMessageIsRefused() {
        var heap = new FakeHeap(400L * MIB, 600L * MIB);
        assertThat(tryGrow(heap, MIB)).isNotNull();
        assertThat(heap.collections).isEqualTo(1);
        assertThat(tryGrow(heap, MIB)).isNotNull();
        assertThat(heap.collections).as("nothing to collect for").isEqualTo(1);
    }

    /** Fails without the first condition of MemoryGuard.tryCollect: all threads would be paused again and again. */
    @Test
    void aFullHeapIsNotCollectedForEveryRequest() {
        var heap = new FakeHeap(1_000L * MIB, 0);
        var guard = new MemoryGuard(heap);
        IntStream.range(0, 1_000).forEach(n -> guard.tryGrow(new byte[0], MIB, Duration.ZERO));
        assertThat(heap.collections).isBetween(1, 60);
    }

    /**
     * Fails with only the interval in MemoryGuard.tryCollect: many long messages in a row would be refused within a
     * second.
     */
    @Test
    void muchNewGarbageIsCollectedAtOnce() {
        var heap = new FakeHeap(400L * MIB, 101L * MIB);
        var guard = new MemoryGuard(heap);
        for (var n = 1; n <= 10; n++) {
            heap.garbage = 130L * MIB;
            assertThat(guard.tryGrow(new byte[0], MIB, Duration.ZERO)).isNotNull();
            assertThat(heap.collections).isEqualTo(n);
        }
    }

    /** Fails without the wait in MemoryGuard.tryGrow. */
    @Test
    void aWaitingCallerGetsMemoryWhenItIsFreed() throws Exception {
        var heap = new FakeHeap(1_000L * MIB, 0);
        var guard = new MemoryGuard(heap);
        var waiting = CompletableFuture.supplyAsync(() -> guard.tryGrow(new byte[0], MIB, Duration.ofSeconds(60)));
        assertThat(guard.tryGrow(new byte[0], MIB, Duration.ofMillis(100))).isNull();
        assertThat(waiting).isNotDone();
        heap.used = 0;
        assertThat(waiting.get()).hasSize(MIB);
    }

    /**
     * Fails when BoundedBuffer counts nothing, counts bytes twice, or does not release the quota in one of four cases.
     */
    @Test
    void bufferGrowthIsCountedAgainstTheQuota() {
        var quota = new FakeQuota(4 * MemoryGuard.SMALL_MESSAGE_BYTES);
        var guard = new MemoryGuard(new FakeHeap(0, 0));
        var one = new MessageLimits(8 * MemoryGuard.SMALL_MESSAGE_BYTES, guard, quota).newBuffer();
        var piece = new byte[MemoryGuard.SMALL_MESSAGE_BYTES];
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).as("a short message").isZero();
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).isEqualTo(2 * MemoryGuard.SMALL_MESSAGE_BYTES);
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).isEqualTo(4 * MemoryGuard.SMALL_MESSAGE_BYTES);
        var other = new MessageLimits(8 * MemoryGuard.SMALL_MESSAGE_BYTES, guard, quota).newBuffer();
        assertThat(other.add(new byte[MemoryGuard.SMALL_MESSAGE_BYTES + 1], 0, MemoryGuard.SMALL_MESSAGE_BYTES + 1))
                .isFalse();
        assertThat(other.rejectedForMemory()).isTrue();
        assertThat(one.take()).hasSize(3 * MemoryGuard.SMALL_MESSAGE_BYTES);
        assertThat(quota.held).isZero();
        assertThat(other.add(new byte[MemoryGuard.SMALL_MESSAGE_BYTES + 1], 0, MemoryGuard.SMALL_MESSAGE_BYTES + 1))
                .isTrue();
        other.clear();
        other.clear();
        assertThat(quota.held).isZero();
        assertThat(other.add(new byte[MemoryGuard.SMALL_MESSAGE_BYTES + 1], 0, MemoryGuard.SMALL_MESSAGE_BYTES + 1))
                .isTrue();
        other.drainTo((bytes, from, to) -> {});
        assertThat(quota.held).isZero();
        assertThat(new MessageLimits(8 * MemoryGuard.SMALL_MESSAGE_BYTES, exhausted(), quota)
                        .newBuffer()
                        .add(new byte[MemoryGuard.SMALL_MESSAGE_BYTES + 1], 0, MemoryGuard.SMALL_MESSAGE_BYTES + 1))
                .isFalse();
        assertThat(quota.held).isZero();
    }

    private static final class FakeQuota implements MemoryQuota {
        private final int limit;
        private int held;

        private FakeQuota(int most) {
            this.limit = most;
        }

        @Override
        public boolean tryAcquire(int bytes) {
            if (held + bytes > limit) {
                return false;
            }
            held += bytes;
            return true;
        }

        @Override
        public void release(int bytes) {
            held -= bytes;
        }
    }

    @Test
    void theBufferTellsWhyItDidNotGrow() {
        var message =
                new MessageLimits(4 * MemoryGuard.SMALL_MESSAGE_BYTES, exhausted(), MemoryQuota.UNLIMITED).newBuffer();
        var piece = new byte[MemoryGuard.SMALL_MESSAGE_BYTES];
        assertThat(message.add(piece, 0, piece.length)).isTrue();
        assertThat(message.add(piece, 0, 1)).isFalse();
        assertThat(message.rejectedForMemory()).isTrue();
        assertThat(message.length()).isEqualTo(MemoryGuard.SMALL_MESSAGE_BYTES);
        assertThat(message.add(new byte[4 * MemoryGuard.SMALL_MESSAGE_BYTES], 0, 4 * MemoryGuard.SMALL_MESSAGE_BYTES))
                .isFalse();
        assertThat(message.rejectedForMemory()).isFalse();
        var seen = new ArrayList<Integer>();
        message.drainTo((bytes, from, to) -> seen.add(to - from));
        assertThat(seen).isEqualTo(List.of(MemoryGuard.SMALL_MESSAGE_BYTES));
        assertThat(message.length()).isZero();
        assertThat(message.take()).isEmpty();
    }
}
