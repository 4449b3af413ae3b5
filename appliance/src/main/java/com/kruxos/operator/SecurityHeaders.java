package com.kruxos.operator;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The security headers of every dashboard response. */
final class SecurityHeaders {
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static final String PERMISSIONS_POLICY =
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
                    + " midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

    private static final String HSTS_MAX_AGE = "max-age=31536000";

    private SecurityHeaders() {}

    static void put(HttpFields.Mutable fields) {
        fields.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        fields.put("Permissions-Policy", PERMISSIONS_POLICY);
        fields.put("Referrer-Policy", "no-referrer");
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("X-Frame-Options", "DENY");
        fields.put("Cross-Origin-Opener-Policy", "same-origin");
        fields.put("Cross-Origin-Resource-Policy", "same-origin");
    }

    /**
     * Only for a configured DNS name and over TLS: an address or localhost may belong to another program tomorrow, and
     * browsers ignore the header without TLS.
     */
    static void putHsts(HttpFields.Mutable fields) {
        fields.put(HttpHeader.STRICT_TRANSPORT_SECURITY, HSTS_MAX_AGE);
    }
}
