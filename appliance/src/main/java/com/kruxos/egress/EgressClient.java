package com.kruxos.egress;

import com.kruxos.tls.TrustStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
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
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(20);

    /** Below the 5 s after which common servers close idle connections, so that no request meets a closing one. */
    private static final long POOL_IDLE_MILLIS = 4_000;

    private static final int MAX_HEADER_BYTES = 32 << 10;
    private static final int MAX_THREADS = 16;
    private static final int MAX_CONNECTIONS_PER_ORIGIN = 4_096;

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

    /** @param allowedHosts names and addresses, without port, that may be in private networks or on this machine */
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
            httpClient = startHttpClient();
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

    private HttpClient startHttpClient() {
        var transport = new HttpClientTransportOverHTTP(connector());
        // No response listener blocks, so the thread that reads may call it instead of waking another.
        transport.setInvocationType(Invocable.InvocationType.NON_BLOCKING);
        var client = new HttpClient(transport);
        client.setName("network");
        client.setSocketAddressResolver(resolver);
        client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
        client.setIdleTimeout(POOL_IDLE_MILLIS);
        client.setFollowRedirects(false);
        client.setMaxConnectionsPerDestination(MAX_CONNECTIONS_PER_ORIGIN);
        client.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
        client.setMaxRequestHeadersSize(MAX_HEADER_BYTES);
        client.setDestinationIdleTimeout(60_000);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "KruxOS"));
        try {
            client.start();
        } catch (Exception e) {
            throw new CannotConnect("the HTTP client failed to start", "see the log", e);
        }
        // These would act on their own: decompress, follow redirects, answer authentication challenges.
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
        client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
        client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
        return client;
    }

    private ClientConnector connector() {
        var connector = new KeepAliveConnector();
        connector.setSelectors(1);
        connector.setExecutor(threadPool());
        connector.setScheduler(new ScheduledExecutorScheduler("network-timer", true));
        connector.setConnectTimeout(CONNECT_TIMEOUT);
        if (tls != null) {
            connector.setSslContextFactory(tls);
        }
        return connector;
    }

    private static QueuedThreadPool threadPool() {
        var threads = new QueuedThreadPool(MAX_THREADS, 2, 60_000, 0, new LinkedBlockingQueue<>(), null);
        threads.setName("network");
        threads.setDaemon(true);
        return threads;
    }

    /** An event stream may be silent for hours, so TCP keep-alive has to detect a peer that is gone. */
    private static final class KeepAliveConnector extends ClientConnector {
        @Override
        protected void configure(SelectableChannel channel) throws IOException {
            super.configure(channel);
            if (channel instanceof SocketChannel socket) {
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                var options = socket.supportedOptions();
                if (options.contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
                    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
                    socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
                }
            }
        }
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
