package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.peers.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On a real full disk: nothing new is recorded, what is under way can be closed, reads work, and it comes back by
 * itself.
 */
@Timeout(180)
class DiskFullTest {
    // Red without `reserve.release()` in Writer.fail (closing fails), without `trouble = now` there (openings are let
    // through), without `trouble = null` in Writer.probe (it never comes back).
    @Test
    void closesWhatIsOpenRefusesTheRestAndComesBackByItself() throws IOException {
        try (var disk = SmallDisk.mount(24);
                var audit = Samples.open(disk.folder())) {
            var ballast = disk.folder().resolve("audit.ballast");
            assertThat(Files.size(ballast)).isEqualTo(Reserve.BALLAST);
            for (var round = 0; round < 2; round++) {
                disk.fill();
                var opened = openUntilRefused(audit);
                assertThat(audit.health().state()).isEqualTo(Health.State.RED);
                assertThat(audit.health().reason()).isEqualTo("the disk is full");
                assertThat(audit.health().hint()).contains(disk.folder().toString());
                assertThat(audit.turns()).isTrue(); // refusing comes first, then the thread makes room
                assertThat(ballast).doesNotExist();

                for (var seq : opened.subList(0, Math.min(500, opened.size()))) {
                    audit.append(Samples.closed("a", seq), Durability.COMMITTED);
                }
                refuses(audit);
                assertThat(audit.query(Query.newest(1)).getFirst().json()).contains("call.closed");
                assertThat(audit.verify()).matches(Verification::ok).matches(v -> v.records() == audit.last());

                disk.free();
                awaitGreen(audit);
                assertThat(ballast).exists();
                assertThat(audit.query(new Query(null, null, 1, null, null, "audit.resumed"))
                                .getFirst()
                                .json())
                        .contains("\"reason\":\"the disk is full\"");
            }
            audit.append(Samples.opened("a"), Durability.SYNCED);
            assertThat(audit.verify()).matches(Verification::ok).matches(v -> v.records() == audit.last());
        }
    }

    @Test
    void aRecordThatClosesIsRefusedTooWhenNothingIsLeft() throws IOException {
        try (var disk = SmallDisk.mount(24);
                var audit = Samples.open(disk.folder())) {
            disk.fill();
            var opened = openUntilRefused(audit);
            disk.fill(); // what the ballast gave back
            assertThatThrownBy(() -> {
                        for (var n = 0; n < 100_000; n++) {
                            audit.append(Samples.closed("a", opened.getFirst()), Durability.COMMITTED);
                        }
                    })
                    .isInstanceOf(CannotRecord.class)
                    .hasMessageContaining("the disk is full");
            var last = audit.last();
            disk.free();
            awaitGreen(audit);
            assertThat(audit.last()).isEqualTo(last + 1);
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    // While some are refused and then some are written again: neither may keep it from looking for room.
    @Test
    void comesBackWhileOthersKeepTrying() throws IOException, InterruptedException {
        try (var disk = SmallDisk.mount(24);
                var audit = Samples.open(disk.folder())) {
            disk.fill();
            var opened = openUntilRefused(audit).getFirst();
            disk.fill();
            var trying = Thread.ofVirtual().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        audit.append(Samples.closed("a", opened), Durability.COMMITTED);
                    } catch (CannotRecord e) {
                        // As long as nothing is left.
                    }
                    LockSupport.parkNanos(5_000_000);
                }
            });
            disk.free();
            awaitGreen(audit);
            trying.interrupt();
            trying.join();
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    @Test
    void opensOnAFullDiskAndRecordsWhenThereIsRoom() throws IOException {
        try (var disk = SmallDisk.mount(24)) {
            try (var audit = Samples.open(disk.folder())) {
                audit.append(Samples.opened("a"), Durability.SYNCED);
            }
            disk.fill();
            fillTheLog(disk);
            try (var audit = Samples.open(disk.folder())) {
                assertThat(audit.health().state()).isNotEqualTo(Health.State.GREEN);
                assertThat(audit.query(Query.newest(1))).isNotEmpty();
                disk.free();
                awaitGreen(audit);
                assertThat(audit.closeLeftOpen()).isEqualTo(1);
                assertThat(audit.verify().ok()).isTrue();
            }
        }
    }

    @Test
    void withoutRoomForTheBallastItIsYellowAndStillRecords() throws IOException {
        try (var disk = SmallDisk.mount(7);
                var audit = Samples.open(disk.folder())) {
            assertThat(audit.health().state()).isEqualTo(Health.State.YELLOW);
            disk.fill();
            openUntilRefused(audit);
            disk.free();
            var deadline = deadline();
            while (audit.health().state() == Health.State.RED && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000);
            }
            audit.append(Samples.opened("a"), Durability.SYNCED);
            assertThat(audit.health().state()).isEqualTo(Health.State.YELLOW);
        }
    }

    /** Closing the last connection deleted the log, and its space was filled after that. */
    private static void fillTheLog(SmallDisk disk) throws IOException {
        assertThat(disk.folder().resolve("audit.db-wal")).doesNotExist();
        disk.fill();
    }

    /** Opens calls until one is refused; gives the numbers of those that were not. */
    private static List<Long> openUntilRefused(Audit audit) {
        var opened = new ArrayList<Long>();
        assertThatThrownBy(() -> {
                    for (var n = 0; n < 100_000; n++) {
                        opened.add(audit.append(Samples.opened("a"), Durability.SYNCED));
                    }
                })
                .isInstanceOf(CannotRecord.class)
                .hasMessageContaining("the disk is full")
                .satisfies(e -> assertThat(((CannotRecord) e).hint()).contains("free some MiB"));
        assertThat(opened).isNotEmpty();
        return opened;
    }

    private static void refuses(Audit audit) {
        for (var durability : Durability.values()) {
            assertThatThrownBy(() -> audit.append(Samples.opened("a"), durability))
                    .isInstanceOf(CannotRecord.class);
        }
    }

    private static void awaitGreen(Audit audit) {
        var start = System.nanoTime();
        var deadline = deadline();
        while (audit.health().state() != Health.State.GREEN && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        System.out.println("green after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        assertThat(audit.health().state()).isEqualTo(Health.State.GREEN);
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    }
}
