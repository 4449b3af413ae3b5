package com.kruxos.web;

import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS 1.2 and 1.3 with AEAD cipher suites and forward secrecy only, without renegotiation.
 *
 * @param sslContext presents the current certificate in each handshake
 * @param plainHttp whether plain HTTP is accepted
 */
public record TlsSettings(SSLContext sslContext, PlainHttp plainHttp) {
    /** Whether plain HTTP is accepted on the same port. */
    public enum PlainHttp {
        /** Never: redirects to HTTPS. */
        REDIRECT,
        /** Only from this machine. */
        LOOPBACK_ONLY,
        ALLOWED
    }

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** The first three are of TLS 1.3; those of TLS 1.2 exist for both key types that a certificate may have. */
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
        // The inclusions below are complete; Jetty's default exclusions would only obscure them.
        factory.setExcludeProtocols();
        factory.setExcludeCipherSuites();
        factory.setIncludeProtocols(PROTOCOLS);
        factory.setIncludeCipherSuites(CIPHER_SUITES);
        factory.setUseCipherSuitesOrder(true);
        factory.setRenegotiationAllowed(false);
        return factory;
    }
}
