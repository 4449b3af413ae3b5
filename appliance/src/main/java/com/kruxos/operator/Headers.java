package com.kruxos.operator;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** What every answer of this door tells the browser to keep away from it. */
final class Headers {
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static final String PERMISSIONS =
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
                    + " midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

    private static final String YEAR = "max-age=31536000";

    private Headers() {}

    static void put(HttpFields.Mutable fields) {
        fields.put("Content-Security-Policy", POLICY);
        fields.put("Permissions-Policy", PERMISSIONS);
        fields.put("Referrer-Policy", "no-referrer");
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("X-Frame-Options", "DENY");
        fields.put("Cross-Origin-Opener-Policy", "same-origin");
        fields.put("Cross-Origin-Resource-Policy", "same-origin");
    }

    /**
     * That there will be TLS from now on: for a name of ours, with TLS. An address or localhost may be another
     * program's tomorrow, a name that is not ours is another's today, and in the clear it must not be said.
     */
    static void promise(HttpFields.Mutable fields) {
        fields.put(HttpHeader.STRICT_TRANSPORT_SECURITY, YEAR);
    }
}
