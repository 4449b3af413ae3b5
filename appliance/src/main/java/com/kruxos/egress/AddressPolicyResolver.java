package com.kruxos.egress;

import com.kruxos.os.ThreadStackSizes;
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
 * Resolves a host for each new connection and returns only permitted addresses. The checked address is the one that is
 * connected to, so a second DNS answer cannot change it (DNS rebinding).
 */
final class AddressPolicyResolver implements SocketAddressResolver, AutoCloseable {
    /** Resolves a name; tests replace it. */
    interface HostLookup {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private static final int MAX_THREADS = 4;
    private static final int MAX_WAITING = 1_000;
    private static final long TIMEOUT_SECONDS = 10;

    private final AddressPolicy addressPolicy;
    private final HostLookup lookup;

    /** Platform threads: the system's resolver may block for 30 seconds and would pin a virtual thread's carrier. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            work -> Thread.ofPlatform()
                    .daemon()
                    .name("lookup")
                    .stackSize(ThreadStackSizes.LARGE)
                    .unstarted(work));

    AddressPolicyResolver(AddressPolicy addressPolicy, HostLookup lookup) {
        this.addressPolicy = addressPolicy;
        this.lookup = lookup;
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        var resolved = new CompletableFuture<List<InetSocketAddress>>();
        var _ = resolved.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).whenComplete((addresses, failure) -> {
            if (failure == null) {
                promise.succeeded(addresses);
            } else {
                promise.failed(failure);
            }
        });
        try {
            threads.execute(() -> {
                try {
                    resolved.complete(addressPolicy.permitted(host, lookUp(host, port)));
                } catch (Exception e) {
                    resolved.completeExceptionally(e);
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) {
            resolved.completeExceptionally(e); // the queue is full, or no thread could be started
        }
    }

    private List<InetSocketAddress> lookUp(String host, int port) throws UnknownHostException {
        return Stream.of(lookup.lookUp(AddressPolicy.normalize(host)))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
