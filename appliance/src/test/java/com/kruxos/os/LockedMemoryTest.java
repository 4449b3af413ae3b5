package com.kruxos.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LockedMemoryTest {
    @Test
    void bytesAreKeptUntilTheyAreWiped() {
        try (var memory = LockedMemory.allocate(64)) {
            memory.write(32, new byte[] {1, 2, 3});
            var read = new byte[4];
            memory.read(32, read);
            assertThat(read).containsExactly(1, 2, 3, 0);
            memory.wipe(32, 3);
            memory.read(32, read);
            assertThat(read).containsOnly(0);
        }
    }

    /** Fails without mlock or madvise: the kernel reports a locked page as "lo" and one left out of dumps as "dd". */
    @Test
    void theKernelReportsTheMemoryAsLockedAndUndumpable() throws IOException {
        try (var memory = LockedMemory.allocate(64)) {
            assertThat(memory.isLocked()).isTrue();
            assertThat(memory.isUndumpable()).isTrue();
            var flags = Files.readAllLines(Path.of("/proc/self/smaps")).stream()
                    .filter(line -> line.startsWith("VmFlags:"));
            assertThat(flags).anyMatch(line -> line.contains(" lo ") && line.contains(" dd "));
        }
    }

    @Test
    void useAfterCloseFails() {
        var memory = LockedMemory.allocate(1);
        memory.close();
        memory.close();
        assertThatThrownBy(() -> memory.read(0, new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.write(0, new byte[1])).isInstanceOf(IllegalStateException.class);
    }
}
