package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class RoomTest {
    private static final int MIB = 1 << 20;

    /** Where nothing long has room. */
    public static Room full() {
        return new Room(new FakeHeap(1_000L * MIB, 0));
    }

    /** Of 1,000 MiB, so that half is 500. */
    private static final class FakeHeap implements Room.Heap {
        private volatile long used;
        private volatile long garbage;
        private int collections;

        private FakeHeap(long used, long garbage) {
            this.used = used;
            this.garbage = garbage;
        }

        @Override
        public long most() {
            return 1_000L * MIB;
        }

        @Override
        public long used() {
            return used + garbage;
        }

        @Override
        public void collect() {
            garbage = 0;
            collections++;
        }
    }

    private static byte @Nullable [] grown(FakeHeap heap, int capacity) {
        return new Room(heap).grown(new byte[] {1, 2}, capacity, Duration.ZERO);
    }

    @Test
    void whatIsThereStaysThere() {
        assertThat(grown(new FakeHeap(0, 0), 4)).containsExactly(1, 2, 0, 0);
        assertThat(grown(new FakeHeap(0, 0), MIB)).hasSize(MIB).startsWith(1, 2, 0);
    }

    @Test
    void halfOfTheHeapIsForLongMessages() {
        assertThat(grown(new FakeHeap(499L * MIB, 0), MIB)).isNotNull();
        assertThat(grown(new FakeHeap(499L * MIB + 1, 0), MIB)).isNull();
    }

    /** Red without the first question of Room.grown. */
    @Test
    void aShortOneAlwaysHasRoom() {
        assertThat(grown(new FakeHeap(1_000L * MIB, 0), Room.SHORT)).hasSize(Room.SHORT);
        assertThat(grown(new FakeHeap(1_000L * MIB, 0), Room.SHORT + 1)).isNull();
    }

    /** Red when Room.tight takes garbage for what is used, or does not look at all. */
    @Test
    void aboveThreeQuartersItIsTight() {
        assertThat(new Room(new FakeHeap(750L * MIB, 0)).tight()).isFalse();
        assertThat(new Room(new FakeHeap(750L * MIB + 1, 0)).tight()).isTrue();
        assertThat(new Room(new FakeHeap(700L * MIB, 300L * MIB)).tight()).isFalse();
        assertThat(full().tight()).isTrue();
    }

    @Test
    void garbageIsNotInTheWay() {
        var heap = new FakeHeap(400L * MIB, 600L * MIB);
        assertThat(grown(heap, MIB)).isNotNull();
        assertThat(heap.collections).isEqualTo(1);
        assertThat(grown(heap, MIB)).isNotNull();
        assertThat(heap.collections).as("nothing to collect for").isEqualTo(1);
    }

    /** Red without the first line of Room.collects: everybody would stand still again and again. */
    @Test
    void aFullHeapIsNotCollectedForEachWhoAsks() {
        var heap = new FakeHeap(1_000L * MIB, 0);
        var room = new Room(heap);
        IntStream.range(0, 1_000).forEach(n -> room.grown(new byte[0], MIB, Duration.ZERO));
        assertThat(heap.collections).isBetween(1, 60);
    }

    /** Red with time alone in Room.collects: long messages one after the other would be refused within a second. */
    @Test
    void whereMuchCameSinceItIsCollectedAtOnce() {
        var heap = new FakeHeap(400L * MIB, 101L * MIB);
        var room = new Room(heap);
        for (var n = 1; n <= 10; n++) {
            heap.garbage = 130L * MIB;
            assertThat(room.grown(new byte[0], MIB, Duration.ZERO)).isNotNull();
            assertThat(heap.collections).isEqualTo(n);
        }
    }

    /** Red without the waiting in Room.grown. */
    @Test
    void whoeverCanWaitGetsTheRoomOfAnother() throws Exception {
        var heap = new FakeHeap(1_000L * MIB, 0);
        var room = new Room(heap);
        var waiting = CompletableFuture.supplyAsync(() -> room.grown(new byte[0], MIB, Duration.ofSeconds(60)));
        assertThat(room.grown(new byte[0], MIB, Duration.ofMillis(100))).isNull();
        assertThat(waiting).isNotDone();
        heap.used = 0;
        assertThat(waiting.get()).hasSize(MIB);
    }

    /** Red when Growing counts nothing, counts a piece twice, or gives nothing back on any of its four ways out. */
    @Test
    void whatGrowsIsCountedAgainstItsQuota() {
        var quota = new FakeQuota(4 * Room.SHORT);
        var room = new Room(new FakeHeap(0, 0));
        var one = new Allowance(8 * Room.SHORT, room, quota).growing();
        var piece = new byte[Room.SHORT];
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).as("a short one").isZero();
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).isEqualTo(2 * Room.SHORT);
        assertThat(one.add(piece, 0, piece.length)).isTrue();
        assertThat(quota.held).isEqualTo(4 * Room.SHORT);
        var other = new Allowance(8 * Room.SHORT, room, quota).growing();
        assertThat(other.add(new byte[Room.SHORT + 1], 0, Room.SHORT + 1)).isFalse();
        assertThat(other.crowded()).isTrue();
        assertThat(one.take()).hasSize(3 * Room.SHORT);
        assertThat(quota.held).isZero();
        assertThat(other.add(new byte[Room.SHORT + 1], 0, Room.SHORT + 1)).isTrue();
        other.forget();
        other.forget();
        assertThat(quota.held).isZero();
        assertThat(other.add(new byte[Room.SHORT + 1], 0, Room.SHORT + 1)).isTrue();
        other.drop((bytes, from, to) -> {});
        assertThat(quota.held).isZero();
        assertThat(new Allowance(8 * Room.SHORT, full(), quota)
                        .growing()
                        .add(new byte[Room.SHORT + 1], 0, Room.SHORT + 1))
                .isFalse();
        assertThat(quota.held).isZero();
    }

    private static final class FakeQuota implements Quota {
        private final int most;
        private int held;

        private FakeQuota(int most) {
            this.most = most;
        }

        @Override
        public boolean take(int bytes) {
            if (held + bytes > most) {
                return false;
            }
            held += bytes;
            return true;
        }

        @Override
        public void give(int bytes) {
            held -= bytes;
        }
    }

    @Test
    void whatGrowsSaysWhyItDoesNot() {
        var message = new Allowance(4 * Room.SHORT, full(), Quota.NONE).growing();
        var piece = new byte[Room.SHORT];
        assertThat(message.add(piece, 0, piece.length)).isTrue();
        assertThat(message.add(piece, 0, 1)).isFalse();
        assertThat(message.crowded()).isTrue();
        assertThat(message.length()).isEqualTo(Room.SHORT);
        assertThat(message.add(new byte[4 * Room.SHORT], 0, 4 * Room.SHORT)).isFalse();
        assertThat(message.crowded()).isFalse();
        var seen = new ArrayList<Integer>();
        message.drop((bytes, from, to) -> seen.add(to - from));
        assertThat(seen).isEqualTo(List.of(Room.SHORT));
        assertThat(message.length()).isZero();
        assertThat(message.take()).isEmpty();
    }
}
