package com.kruxos.vault;

import static com.kruxos.vault.TestVaults.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.store.Database;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys are not kept in the Java heap: a dump of reachable objects after a thousand leases has none. */
class VaultHeapDumpTest {
    private static final byte MASK = 0x5A;

    @TempDir
    Path home;

    /**
     * Fails if {@code LockedKeys} or {@code SpaceKeys} keeps a key in an array, or a cipher is cached with its round
     * keys. Round keys are ints, and a dump writes the first eight as the bytes of the key.
     */
    @Test
    void noRootOrSpaceKeyIsReachableInTheHeap() throws IOException {
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home)) {
            vault.createSpace("default");
            var name = SecretName.of("default", "some/token");
            vault.put(name, utf8("hunter2hunter2"), false);
            for (var i = 0; i < 1000; i++) {
                vault.lend(name).orElseThrow().close();
            }
            var keys = maskedKeys(database);
            var dump = home.resolve("heap.hprof");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
            // The root id is in the heap and not secret: finding it shows that the search works.
            assertThat(dumpContains(dump, keys[2])).isTrue();
            assertThat(dumpContains(dump, keys[0])).isFalse();
            assertThat(dumpContains(dump, keys[1])).isFalse();
        }
    }

    /** Root key, space key and root id, masked so that the search does not find its own copies. */
    private byte[][] maskedKeys(Database database) {
        try (var root = Keyring.open(KeyFiles.in(home));
                var keys = new SpaceKeys(root)) {
            var wrapped = database.read(handle -> new VaultTable(handle).currentKey("default"))
                    .orElseThrow();
            var space = keys.open(wrapped);
            var masked = new byte[][] {mask(root.key()), mask(space), mask(root.id())};
            Wipe.bytes(space);
            return masked;
        }
    }

    private static byte[] mask(byte[] key) {
        var masked = key.clone();
        for (var at = 0; at < masked.length; at++) {
            masked[at] ^= MASK;
        }
        return masked;
    }

    private static boolean dumpContains(Path dump, byte[] masked) throws IOException {
        try (var file = FileChannel.open(dump)) {
            var bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
            for (var at = 0; at <= bytes.limit() - masked.length; at++) {
                var same = 0;
                while (same < masked.length && (bytes.get(at + same) ^ MASK) == masked[same]) {
                    same++;
                }
                if (same == masked.length) {
                    return true;
                }
            }
            return false;
        }
    }
}
