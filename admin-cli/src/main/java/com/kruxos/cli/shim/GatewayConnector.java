package com.kruxos.cli.shim;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.client.CoreClientUpgradeRequest;
import org.eclipse.jetty.websocket.core.client.UpgradeListener;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;
import org.eclipse.jetty.websocket.core.exception.UpgradeException;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets to the gateway with Jetty's client, which only {@code mcp-shim} loads. */
public final class GatewayConnector {
    /** The gateway's limit for one message where it does not send {@code Kruxos-Max-Message}. */
    private static final int DEFAULT_MAX_MESSAGE_BYTES = 8 << 20;

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** The gateway sends a ping every 30 s. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(100);

    private static final int MAX_THREADS = 8;

    /** Where the gateway listens; read for each connection because a restarted appliance may use another port. */
    public interface AddressSource {
        /** A URI such as {@code http://host:port} or {@code https://host:port}. */
        URI resolve() throws IOException;
    }

    /** Supplies the credential after the address is known. */
    interface CredentialSource {
        ShimCredential credential() throws IOException;
    }

    private final AddressSource address;
    private final TrustedCertificates trust;

    /** @param trust read for each connection when the address is https */
    public GatewayConnector(AddressSource address, TrustedCertificates trust) {
        this.address = address;
        this.trust = trust;
    }

    /** @throws HandshakeRejected when the gateway answers the upgrade with an error */
    GatewayConnection open(CredentialSource source) throws IOException {
        var uri = address.resolve();
        var client = start("https".equals(uri.getScheme()));
        try (var credential = source.credential()) {
            return upgrade(client, URI.create(uri.toString().replaceFirst("^http", "ws") + "/mcp"), credential);
        } catch (IOException | RuntimeException e) {
            stop(client);
            throw e;
        }
    }

    private GatewayConnection upgrade(WebSocketCoreClient client, URI uri, ShimCredential credential)
            throws IOException {
        var connection = new GatewayConnection(DEFAULT_MAX_MESSAGE_BYTES, () -> stop(client));
        var request = CoreClientUpgradeRequest.from(client, uri, connection);
        request.setSubProtocols("mcp");
        request.setConfiguration(configuration());
        request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, "Bearer " + credential.headerValue()));
        request.addListener(new UpgradeListener() {
            @Override
            public void onHandshakeResponse(Request sent, Response response) {
                var limit = response.getHeaders().get("Kruxos-Max-Message");
                if (limit != null && limit.matches("[1-9][0-9]{0,8}")) {
                    connection.setMaxMessageBytes(Integer.parseInt(limit));
                }
            }
        });
        try {
            request.sendAsync().get(HANDSHAKE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return connection;
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no answer within " + HANDSHAKE_TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** @throws HandshakeRejected when the gateway answered with an HTTP status, or with something else than HTTP */
    private static IOException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case UpgradeException upgrade when upgrade.getCause() instanceof IOException io -> io;
            case UpgradeException upgrade
            when upgrade.getResponseStatusCode() > HttpStatus.SWITCHING_PROTOCOLS_101 ->
                throw new HandshakeRejected(upgrade.getResponseStatusCode());
            case null, default -> throw new HandshakeRejected(502);
        };
    }

    private WebSocketCoreClient start(boolean tls) throws IOException {
        var threads = new QueuedThreadPool(MAX_THREADS, 1);
        threads.setName("gateway");
        threads.setDaemon(true);
        threads.setStopTimeout(0);
        var connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        connector.setConnectTimeout(HANDSHAKE_TIMEOUT);
        if (tls) {
            var context = new SslContextFactory.Client();
            context.setSslContext(trust.sslContext());
            connector.setSslContextFactory(context);
        }
        var http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        try {
            http.start();
            var client = new WebSocketCoreClient(
                    http,
                    new WebSocketComponents(null, null, http.getByteBufferPool(), null, null, http.getExecutor()));
            client.start();
            return client;
        } catch (Exception e) {
            throw new IOException("the WebSocket client cannot start: " + e.getMessage(), e);
        }
    }

    private static void stop(WebSocketCoreClient client) {
        LifeCycle.stop(client);
        LifeCycle.stop(client.getHttpClient());
    }

    private static Configuration.ConfigurationCustomizer configuration() {
        var configuration = new Configuration.ConfigurationCustomizer();
        configuration.setIdleTimeout(IDLE_TIMEOUT);
        configuration.setMaxFrameSize(0); // GatewayConnection limits the whole message instead
        return configuration;
    }
}
