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
 * The slow hashes of passphrases: bcrypt over the base64 of the passphrase's HMAC under the pepper. Hashed before,
 * every byte of a long passphrase counts, where bcrypt itself looks at 72; and without the pepper a stolen table is no
 * use.
 *
 * <p>Takes a third of a second of a processor. Two run at once, on threads of their own, so that guessing neither
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

    /** Has the form of a hash and is that of no passphrase: salt and digest are zeros. */
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

    /** Whether somebody may choose it. */
    static boolean hasValidLength(byte[] passphrase) {
        return passphrase.length >= MIN_BYTES && passphrase.length <= MAX_BYTES;
    }

    /**
     * What to keep of it.
     *
     * @throws TooManySignIns when too many wait already
     */
    String hash(byte[] passphrase) {
        var salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return withKeyedHash(passphrase, hashed -> OpenBSDBCrypt.generate(VERSION, hashed, salt, COST));
    }

    /**
     * Whether it is the one of which this was kept; takes as long when there is none.
     *
     * @throws TooManySignIns when too many wait already
     */
    boolean matches(@Nullable String kept, byte[] passphrase) {
        return withKeyedHash(
                passphrase, hashed -> OpenBSDBCrypt.checkPassword(kept == null ? DUMMY_HASH : kept, hashed));
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
            throw new IllegalStateException("a passphrase cannot be hashed", e.getCause());
        }
    }
}
