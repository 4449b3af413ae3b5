package com.kruxos.egress;

import com.kruxos.tls.TrustStore;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.client.CoreClientUpgradeRequest;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;
import org.jspecify.annotations.Nullable;

/**
 * The appliance's one HTTP and WebSocket client: its threads, its address policy and its trust store. The Jetty clients
 * start with the first request. Thread-safe.
 */
public final class EgressClient implements AutoCloseable {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(20);

    private final AddressPolicy addressPolicy;
    private final AddressPolicyResolver resolver;
    private final Duration handshakeTimeout;
    private final SslContextFactory.@Nullable Client tls;

    // Guarded by this.
    private @Nullable HttpClient httpClient;
    private @Nullable WebSocketCoreClient webSocketClient;
    private boolean closed;

    /** @param tls the trust store; null for that of the JDK */
    EgressClient(
            AddressPolicy addressPolicy,
            AddressPolicyResolver.HostLookup lookup,
            SslContextFactory.@Nullable Client tls) {
        this(addressPolicy, lookup, tls, HANDSHAKE_TIMEOUT);
    }

    /** @param handshakeTimeout for connecting and the TLS handshake together */
    EgressClient(
            AddressPolicy addressPolicy,
            AddressPolicyResolver.HostLookup lookup,
            SslContextFactory.@Nullable Client tls,
            Duration handshakeTimeout) {
        this.handshakeTimeout = handshakeTimeout;
        this.addressPolicy = addressPolicy;
        this.resolver = new AddressPolicyResolver(addressPolicy, lookup);
        this.tls = tls;
    }

    /**
     * A client with the default DNS resolver.
     *
     * @param allowedHosts names and addresses, without port, that may be in private networks or on this machine
     */
    public static EgressClient of(Set<String> allowedHosts) {
        return of(allowedHosts, List.of());
    }

    /**
     * Trusts more issuers than the JDK does.
     *
     * @param trusted PEM files with their certificates; read now
     * @throws com.kruxos.tls.CannotUseCertificate when one cannot be read
     */
    public static EgressClient of(Set<String> allowedHosts, Collection<Path> trusted) {
        return new EgressClient(
                new AddressPolicy(allowedHosts),
                InetAddress::getAllByName,
                trusted.isEmpty() ? null : tlsTrusting(trusted));
    }

    private static SslContextFactory.Client tlsTrusting(Collection<Path> files) {
        var tls = new SslContextFactory.Client();
        tls.setTrustStore(TrustStore.load(files));
        return tls;
    }

    /**
     * Checks a configured URL before a name is resolved, and starts the HTTP client so that the first request need not
     * wait for it.
     *
     * @throws CannotConnect when the address policy refuses the URL
     */
    public void prepare(RemoteEndpoint endpoint) {
        var objection = addressPolicy.checkConfigured(endpoint.url());
        if (!objection.isEmpty()) {
            throw new CannotConnect(objection, AddressPolicy.HINT);
        }
        httpClient();
    }

    /**
     * Opens a WebSocket, with the endpoint's credential on the upgrade request.
     *
     * @throws CannotConnect when a credential is missing or invalid, or this client is closed
     */
    public CompletableFuture<CoreSession> openWebSocket(RemoteEndpoint endpoint, WebSocketHandler handler) {
        var request = CoreClientUpgradeRequest.from(webSocketClient(), endpoint.url(), handler);
        request.setSubProtocols(handler.subprotocol());
        request.timeout(UPGRADE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        request.setConfiguration(handler.configuration());
        var lease = endpoint.headers().lease();
        try {
            request.headers(fields -> HeaderWriter.write(lease, fields, addressPolicy, endpoint.url()));
            return request.sendAsync().whenComplete((_, _) -> lease.close());
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    AddressPolicy addressPolicy() {
        return addressPolicy;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** @throws CannotConnect when this client is closed, or cannot be started */
    synchronized HttpClient httpClient() {
        if (closed) {
            throw new CannotConnect("the network client is closed", "start KruxOS again");
        }
        if (httpClient == null) {
            httpClient = HttpClientFactory.start(resolver, tls);
        }
        return httpClient;
    }

    private synchronized WebSocketCoreClient webSocketClient() {
        if (webSocketClient == null) {
            var http = httpClient();
            var started = new WebSocketCoreClient(
                    http,
                    new WebSocketComponents(null, null, http.getByteBufferPool(), null, null, http.getExecutor()));
            try {
                started.start();
            } catch (Exception e) {
                throw new CannotConnect("the WebSocket client failed to start", "see the log", e);
            }
            webSocketClient = started;
        }
        return webSocketClient;
    }

    /** Schedules work on a thread that must not block. The work is dropped when this client closes before it is due. */
    public Scheduler.Task schedule(Runnable work, Duration delay) {
        return httpClient().getScheduler().schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Drops all open network connections; close the MCP connections first. */
    @Override
    public void close() {
        HttpClient http;
        WebSocketCoreClient webSocket;
        synchronized (this) {
            closed = true;
            http = httpClient;
            webSocket = webSocketClient;
        }
        resolver.close();
        try {
            if (webSocket != null) {
                webSocket.stop();
            }
            if (http != null) {
                http.stop();
            }
        } catch (Exception e) {
            throw new IllegalStateException("the network client did not stop", e);
        }
    }
}
