package com.kruxos;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the start needs only later, made one after the other on a second thread, which ends when nothing is left. */
final class StartupWorker implements AutoCloseable {
    private final ExecutorService thread = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("start").factory());

    /** Gives back what waits for it, and fails as {@code maker} fails. */
    <T> Supplier<T> submit(Supplier<T> maker) {
        var made = CompletableFuture.supplyAsync(maker, thread);
        return () -> {
            try {
                return made.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error failure) {
                    throw failure;
                }
                throw e;
            }
        };
    }

    /** Returns when what was begun is done: it may be writing files. */
    @Override
    public void close() {
        thread.close();
    }
}
