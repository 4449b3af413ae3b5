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
 * Finds the addresses of a host each time a connection is made, and hands out only those that may be used: the address
 * that is looked at is the one that is connected to.
 */
public final class AddressPolicyResolver implements SocketAddressResolver, AutoCloseable {
    /** How a name becomes addresses. */
    public interface HostLookup {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private static final int MAX_THREADS = 4;
    private static final int MAX_WAITING = 1_000;
    private static final long TIMEOUT_SECONDS = 10;

    private final AddressPolicy addressPolicy;
    private final HostLookup lookup;

    /** Platform threads of its own: the system's resolver may keep one for half a minute, and holds on to it. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            work -> Thread.ofPlatform()
                    .daemon()
                    .name("lookup")
                    .stackSize(ThreadStackSizes.JSON_PARSING)
                    .unstarted(work));

    AddressPolicyResolver(AddressPolicy vetting, HostLookup lookup) {
        this.addressPolicy = vetting;
        this.lookup = lookup;
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        var found = new CompletableFuture<List<InetSocketAddress>>();
        var _ = found.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).whenComplete((addresses, failure) -> {
            if (failure == null) {
                promise.succeeded(addresses);
            } else {
                promise.failed(failure);
            }
        });
        try {
            threads.execute(() -> {
                try {
                    found.complete(addressPolicy.permitted(host, lookUp(host, port)));
                } catch (Exception e) {
                    found.completeExceptionally(e);
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) {
            found.completeExceptionally(e); // too many wait, or there is no thread for it
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
