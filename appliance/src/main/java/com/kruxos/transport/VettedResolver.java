package com.kruxos.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds the addresses of a host each time a connection is made, and hands out only those that may be used: the address
 * that is looked at is the one that is connected to.
 */
final class VettedResolver implements SocketAddressResolver, AutoCloseable {
    /** How a name becomes addresses. */
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    private static final int THREADS = 4;
    private static final int WAITING = 1_000;
    private static final long LOOKUP_SECONDS = 10;

    private final Vetting vetting;
    private final Lookup lookup;

    /** Platform threads of its own: the system's resolver may keep one for half a minute, and holds on to it. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            work -> Thread.ofPlatform()
                    .daemon()
                    .name("lookup")
                    .stackSize(Stacks.READER)
                    .unstarted(work));

    VettedResolver(Vetting vetting, Lookup lookup) {
        this.vetting = vetting;
        this.lookup = lookup;
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        var found = new CompletableFuture<List<InetSocketAddress>>();
        var _ = found.orTimeout(LOOKUP_SECONDS, TimeUnit.SECONDS).whenComplete((addresses, failure) -> {
            if (failure == null) {
                promise.succeeded(addresses);
            } else {
                promise.failed(failure);
            }
        });
        try {
            threads.execute(() -> {
                try {
                    found.complete(vetting.vetted(host, addresses(host, port)));
                } catch (Exception e) {
                    found.completeExceptionally(e);
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) {
            found.completeExceptionally(e); // too many wait, or there is no thread for it
        }
    }

    private List<InetSocketAddress> addresses(String host, int port) throws UnknownHostException {
        return Stream.of(lookup.all(Vetting.plain(host)))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
