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
 * TLS that is made ready when the first peer speaks it: until then it would be classes and memory for nobody (record
 * 53). The peer waits that long, once.
 */
final class LazyTls extends AbstractConnectionFactory implements ConnectionFactory.Detecting {
    private final TlsSettings tlsSettings;
    private final SslContextFactory.Server contextFactory;
    private final SslConnectionFactory connectionFactory;

    LazyTls(TlsSettings secure) {
        super("SSL");
        this.tlsSettings = secure;
        contextFactory = secure.newContextFactory();
        connectionFactory = new SslConnectionFactory(contextFactory, HttpVersion.HTTP_1_1.asString());
        addBean(connectionFactory, false);
    }

    @Override
    public Detection detect(ByteBuffer beginning) {
        return connectionFactory.detect(beginning);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint line) {
        startTls();
        return connectionFactory.newConnection(connector, line);
    }

    private synchronized void startTls() {
        if (connectionFactory.isStarted()) {
            return;
        }
        contextFactory.setSslContext(tlsSettings.sslContext().get());
        try {
            connectionFactory.start();
        } catch (Exception e) {
            throw new IllegalStateException("TLS cannot be spoken", e);
        }
        manage(connectionFactory); // ends with this
    }
}
