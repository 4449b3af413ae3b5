package com.kruxos.egress;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
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
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/** Configures and starts the Jetty HTTP client: limits, threads, TCP keep-alive, and nothing that acts on its own. */
final class HttpClientFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Below the 5 s after which common servers close idle connections, so that no request meets a closing one. */
    private static final long POOL_IDLE_MILLIS = 4_000;

    private static final int MAX_HEADER_BYTES = 32 << 10;
    private static final int MAX_THREADS = 16;
    private static final int MAX_CONNECTIONS_PER_ORIGIN = 4_096;

    private HttpClientFactory() {}

    /** @throws CannotConnect when the client cannot be started */
    static HttpClient start(SocketAddressResolver resolver, SslContextFactory.@Nullable Client tls) {
        var transport = new HttpClientTransportOverHTTP(connector(tls));
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

    private static ClientConnector connector(SslContextFactory.@Nullable Client tls) {
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
}
