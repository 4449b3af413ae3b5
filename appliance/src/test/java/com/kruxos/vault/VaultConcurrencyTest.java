package com.kruxos.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many concurrent callers, on platform threads, because virtual threads that never block are not preempted. */
@Timeout(120)
class VaultConcurrencyTest {
    private static final int ROUNDS = 40;

    @TempDir
    Path home;

    /**
     * A lease has a complete value with its own version, and each put increments the version by one. Fails without the
     * transaction around reading and writing the version in {@code Vault.put}.
     */
    @Test
    void concurrentPutsLendsAndDeletesNeverMixVersions() throws Exception {
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home)) {
            vault.createSpace("default");
            var name = SecretName.of("default", "busy/token");
            var go = new CountDownLatch(1);
            var work = new ArrayList<Callable<Void>>();
            for (var worker = 0; worker < 4; worker++) {
                work.add(() -> {
                    go.await();
                    long last = 0;
                    for (var round = 0; round < ROUNDS; round++) {
                        var version = vault.put(name, newValue(), false);
                        assertThat(version).isGreaterThan(last);
                        last = version;
                    }
                    return null;
                });
                work.add(() -> {
                    go.await();
                    long last = 0;
                    for (var round = 0; round < 10 * ROUNDS; round++) {
                        try (var lease = vault.lend(name).orElse(null)) {
                            if (lease != null) {
                                assertThat(new String(lease.value(), StandardCharsets.US_ASCII))
                                        .matches("([0-9a-f]+)-and-the-same-again-\\1");
                                assertThat(lease.version()).isGreaterThanOrEqualTo(last);
                                last = lease.version();
                            }
                        }
                    }
                    return null;
                });
            }
            work.add(() -> {
                go.await();
                for (var round = 0; round < ROUNDS; round++) {
                    vault.delete(name);
                }
                return null;
            });
            runAll(work, go);
            assertThat(vault.put(name, newValue(), false)).isEqualTo(4L * ROUNDS + 1);
        }
    }

    /**
     * Fails without the exclusive lock in {@code Vault.destroySpace}: a concurrent lease caches the key again. Takes
     * five seconds a round without the exclusive lock in {@code Vault.purgeDeleted}.
     */
    @Test
    void destroyingASpaceWhileItIsUsedRemovesItsKey() throws Exception {
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home)) {
            var name = SecretName.of("shifting", "some/token");
            var go = new CountDownLatch(1);
            var destroying = new CountDownLatch(1);
            var work = new ArrayList<Callable<Void>>();
            work.add(() -> {
                go.await();
                try {
                    for (var round = 0; round < ROUNDS / 2; round++) {
                        vault.createSpace("shifting");
                        vault.put(name, newValue(), false);
                        vault.destroySpace("shifting");
                        // Only the system Space's key is cached: no lease has cached the destroyed key again.
                        assertThat(vault.cachedKeyCount()).isEqualTo(1);
                    }
                } finally {
                    destroying.countDown();
                }
                return null;
            });
            for (var worker = 0; worker < 3; worker++) {
                work.add(() -> {
                    go.await();
                    while (destroying.getCount() > 0) {
                        vault.lend(name).ifPresent(Lease::close);
                    }
                    return null;
                });
            }
            runAll(work, go);
            assertThat(vault.lend(name)).isEmpty();
        }
    }

    /** Fails without the lock and the check in {@code Vault.withLock}: a caller would read wiped keys. */
    @Test
    void closeWaitsForCallsInProgress() throws Exception {
        try (var database = TestVaults.openDatabase(home)) {
            var vault = TestVaults.create(database, home);
            vault.createSpace("default");
            var name = SecretName.of("default", "some/token");
            vault.put(name, newValue(), false);
            var started = new CountDownLatch(3);
            var work = new ArrayList<Callable<Void>>();
            for (var worker = 0; worker < 3; worker++) {
                work.add(() -> {
                    try {
                        while (true) {
                            vault.lend(name).orElseThrow().close();
                            started.countDown();
                        }
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("the vault is closed");
                        return null;
                    }
                });
            }
            work.add(() -> {
                started.await();
                vault.close();
                return null;
            });
            runAll(work, new CountDownLatch(0));
        }
    }

    /** All concurrent callers get the same key. Fails without the second lookup in the transaction. */
    @Test
    void aSystemKeyIsCreatedOnce() throws Exception {
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home);
                var threads = Executors.newCachedThreadPool()) {
            var go = new CountDownLatch(1);
            var keys = new ArrayList<Future<byte[]>>();
            for (var i = 0; i < 16; i++) {
                keys.add(threads.submit(() -> {
                    go.await();
                    try (var lease = vault.systemKey("pepper")) {
                        return lease.value().clone();
                    }
                }));
            }
            go.countDown();
            for (var key : keys) {
                assertThat(key.get()).isEqualTo(keys.getFirst().get());
            }
        }
    }

    private static byte[] newValue() {
        var half = Long.toHexString(Double.doubleToLongBits(Math.random()));
        return TestVaults.utf8(half + "-and-the-same-again-" + half);
    }

    private static void runAll(List<Callable<Void>> work, CountDownLatch go) throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            var running = work.stream().map(threads::submit).toList();
            go.countDown();
            for (var task : running) {
                task.get();
            }
        }
    }
}
