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
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;
import org.jspecify.annotations.Nullable;

/**
 * Our way out to servers on the network, one for the whole appliance: a few threads, and the rule which addresses we
 * connect to. It starts with the first connection that needs it. For any thread.
 */
public final class EgressClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);

    /** Shorter than the five seconds after which common servers hang up: a request must not meet a closing line. */
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

    /** @param tls whom to trust; absent for whom the JDK trusts */
    public EgressClient(
            AddressPolicy vetting, AddressPolicyResolver.HostLookup lookup, SslContextFactory.@Nullable Client tls) {
        this(vetting, lookup, tls, HANDSHAKE_TIMEOUT);
    }

    /** @param secure how long connecting and agreeing on TLS may take together */
    public EgressClient(
            AddressPolicy vetting,
            AddressPolicyResolver.HostLookup lookup,
            SslContextFactory.@Nullable Client tls,
            Duration secure) {
        this.handshakeTimeout = secure;
        this.addressPolicy = vetting;
        this.resolver = new AddressPolicyResolver(vetting, lookup);
        this.tls = tls;
    }

    /**
     * Nothing is started yet.
     *
     * @param allowedHosts names and addresses, without port, that may be in private networks or on this machine
     */
    public static EgressClient of(Set<String> allowedHosts) {
        return of(allowedHosts, List.of());
    }

    /**
     * The same, trusting more issuers.
     *
     * @param trusted files with their certificates; read now
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

    public AddressPolicy addressPolicy() {
        return addressPolicy;
    }

    /** @throws CannotConnect when it is closed, or cannot be started */
    public synchronized HttpClient httpClient() {
        if (closed) {
            throw new CannotConnect("the network is closed", "start KruxOS again");
        }
        if (httpClient == null) {
            httpClient = startHttpClient();
        }
        return httpClient;
    }

    /** @throws CannotConnect as above */
    public synchronized WebSocketCoreClient webSocketClient() {
        if (webSocketClient == null) {
            var http = httpClient();
            try {
                var made = new WebSocketCoreClient(
                        http,
                        new WebSocketComponents(null, null, http.getByteBufferPool(), null, null, http.getExecutor()));
                made.start();
                webSocketClient = made;
            } catch (Exception e) {
                throw new CannotConnect("the WebSocket client cannot be started", "see the log", e);
            }
        }
        return webSocketClient;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** Runs something later, on a thread that must not wait. Nothing happens when all is closed meanwhile. */
    public Scheduler.Task schedule(Runnable work, Duration delay) {
        return httpClient().getScheduler().schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private HttpClient startHttpClient() {
        var transport = new HttpClientTransportOverHTTP(connector());
        // Nothing that hears an answer waits, so the thread that reads may tell it, and need not wake another.
        transport.setInvocationType(Invocable.InvocationType.NON_BLOCKING);
        var made = new HttpClient(transport);
        made.setName("network");
        made.setSocketAddressResolver(resolver);
        made.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
        made.setIdleTimeout(POOL_IDLE_MILLIS);
        made.setFollowRedirects(false);
        made.setMaxConnectionsPerDestination(MAX_CONNECTIONS_PER_ORIGIN);
        made.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
        made.setMaxRequestHeadersSize(MAX_HEADER_BYTES);
        made.setDestinationIdleTimeout(60_000);
        made.setHttpCookieStore(new HttpCookieStore.Empty());
        made.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "KruxOS"));
        try {
            made.start();
        } catch (Exception e) {
            throw new CannotConnect("the HTTP client cannot be started", "see the log", e);
        }
        // What would act on its own: unpack, follow, answer challenges.
        made.getContentDecoderFactories().clear();
        made.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
        made.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
        made.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
        return made;
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

    /** A stream may be silent for hours; the system finds out when nobody is at its other end any more. */
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

    /** Cuts whatever is still connected; close the connections first. */
    @Override
    public void close() {
        HttpClient http;
        WebSocketCoreClient socket;
        synchronized (this) {
            closed = true;
            http = httpClient;
            socket = webSocketClient;
        }
        resolver.close();
        try {
            if (socket != null) {
                socket.stop();
            }
            if (http != null) {
                http.stop();
            }
        } catch (Exception e) {
            throw new IllegalStateException("the network did not stop", e);
        }
    }
}
