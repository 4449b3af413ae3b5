package com.kruxos.identity;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;

/**
 * Slow hashes of passphrases: bcrypt over the base64 of the passphrase's HMAC under the pepper. The HMAC makes every
 * byte of a long passphrase significant, where bcrypt alone reads 72; and without the pepper a stolen table is useless.
 *
 * <p>One hash takes a third of a second of CPU time. Two run at once, on their own threads, so that guessing neither
 * starves agents' calls nor fills the machine. Safe for any thread.
 */
final class PassphraseHasher {
    static final int COST = 12;
    static final int MIN_BYTES = 15;
    static final int MAX_BYTES = 256;

    private static final int THREAD_COUNT = 2;
    private static final int QUEUE_CAPACITY = 16;
    private static final String VERSION = "2b";
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Has the format of a hash but matches no passphrase: salt and digest are zeros. */
    private static final String DUMMY_HASH = "$" + VERSION + "$" + COST + "$" + ".".repeat(53);

    private final Pepper pepper;
    private final ThreadPoolExecutor threads;

    PassphraseHasher(Pepper pepper) {
        this.pepper = pepper;
        threads = new ThreadPoolExecutor(
                THREAD_COUNT,
                THREAD_COUNT,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE_CAPACITY),
                Thread.ofPlatform().name("passphrase-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether its length is allowed. */
    static boolean hasValidLength(byte[] passphrase) {
        return passphrase.length >= MIN_BYTES && passphrase.length <= MAX_BYTES;
    }

    /**
     * The hash to store.
     *
     * @throws TooManySignIns when the queue is full
     */
    String hash(byte[] passphrase) {
        var salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return withKeyedHash(passphrase, hashed -> OpenBSDBCrypt.generate(VERSION, hashed, salt, COST));
    }

    /**
     * Whether {@code stored} is the hash of this passphrase; takes as long when it is null.
     *
     * @throws TooManySignIns when the queue is full
     */
    boolean matches(@Nullable String stored, byte[] passphrase) {
        return withKeyedHash(
                passphrase, hashed -> OpenBSDBCrypt.checkPassword(stored == null ? DUMMY_HASH : stored, hashed));
    }

    private interface KeyedHashFunction<T> {
        T apply(byte[] hashed);
    }

    private <T> T withKeyedHash(byte[] passphrase, KeyedHashFunction<T> work) {
        var digest = pepper.hash(passphrase).bytes();
        var hashed = Base64.getEncoder().encode(digest);
        Arrays.fill(digest, (byte) 0);
        try {
            return await(() -> work.apply(hashed));
        } finally {
            Arrays.fill(hashed, (byte) 0);
        }
    }

    private <T> T await(Callable<T> work) {
        try {
            return threads.submit(work).get();
        } catch (RejectedExecutionException e) {
            throw new TooManySignIns(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooManySignIns(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot hash a passphrase", e.getCause());
        }
    }
}
