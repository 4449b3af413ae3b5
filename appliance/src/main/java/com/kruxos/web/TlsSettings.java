package com.kruxos.web;

import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * How a door speaks TLS: 1.2 and 1.3 with authenticated ciphers and forward secrecy only, without renegotiation.
 *
 * @param sslContext presents the current certificate to each handshake
 * @param plainHttp who may come without TLS
 */
public record TlsSettings(SSLContext sslContext, PlainHttp plainHttp) {
    /** Who may come without TLS. */
    public enum PlainHttp {
        /** Nobody: a browser is sent on to the same page with TLS. */
        REDIRECT,
        /** This machine. */
        LOOPBACK_ONLY,
        ALLOWED
    }

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** The first two and the last are of 1.3; each of 1.2 for both kinds of key a certificate may have. */
    private static final String[] CIPHER_SUITES = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    SslContextFactory.Server newContextFactory() {
        var factory = new SslContextFactory.Server();
        factory.setSslContext(sslContext);
        // What Jetty leaves out by name is not in our list; its exclusions would only hide ours.
        factory.setExcludeProtocols();
        factory.setExcludeCipherSuites();
        factory.setIncludeProtocols(PROTOCOLS);
        factory.setIncludeCipherSuites(CIPHER_SUITES);
        factory.setUseCipherSuitesOrder(true);
        factory.setRenegotiationAllowed(false);
        return factory;
    }
}
