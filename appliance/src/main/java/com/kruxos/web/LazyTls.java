package com.kruxos.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS that is initialized when the first client uses it, which saves classes and memory until then. The first client
 * waits for it.
 */
final class LazyTls extends AbstractConnectionFactory implements ConnectionFactory.Detecting {
    private final TlsSettings tlsSettings;
    private final SslContextFactory.Server contextFactory;
    private final SslConnectionFactory connectionFactory;

    LazyTls(TlsSettings tlsSettings) {
        super("SSL");
        this.tlsSettings = tlsSettings;
        contextFactory = tlsSettings.newContextFactory();
        connectionFactory = new SslConnectionFactory(contextFactory, HttpVersion.HTTP_1_1.asString());
        addBean(connectionFactory, false);
    }

    @Override
    public Detection detect(ByteBuffer firstBytes) {
        return connectionFactory.detect(firstBytes);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        startTls();
        return connectionFactory.newConnection(connector, endPoint);
    }

    private synchronized void startTls() {
        if (connectionFactory.isStarted()) {
            return;
        }
        contextFactory.setSslContext(tlsSettings.sslContext().get());
        try {
            connectionFactory.start();
        } catch (Exception e) {
            throw new IllegalStateException("cannot initialize TLS", e);
        }
        manage(connectionFactory); // stops with this factory
    }
}
