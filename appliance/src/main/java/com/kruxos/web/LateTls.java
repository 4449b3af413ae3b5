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
final class LateTls extends AbstractConnectionFactory implements ConnectionFactory.Detecting {
    private final Secure secure;
    private final SslContextFactory.Server settings;
    private final SslConnectionFactory tls;

    LateTls(Secure secure) {
        super("SSL");
        this.secure = secure;
        settings = secure.factory();
        tls = new SslConnectionFactory(settings, HttpVersion.HTTP_1_1.asString());
        addBean(tls, false);
    }

    @Override
    public Detection detect(ByteBuffer beginning) {
        return tls.detect(beginning);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint line) {
        makeReady();
        return tls.newConnection(connector, line);
    }

    private synchronized void makeReady() {
        if (tls.isStarted()) {
            return;
        }
        settings.setSslContext(secure.context().get());
        try {
            tls.start();
        } catch (Exception e) {
            throw new IllegalStateException("TLS cannot be spoken", e);
        }
        manage(tls); // ends with this
    }
}
