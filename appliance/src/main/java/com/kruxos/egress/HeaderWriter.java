package com.kruxos.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Copies leased headers into a request after checking them. No exception contains a value. */
final class HeaderWriter {
    /** {@code token} of RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private HeaderWriter() {}

    /** @throws CannotConnect when a header is invalid, or the connection would not be encrypted */
    static void write(HeaderLease lease, HttpFields.Mutable fields, AddressPolicy addressPolicy, URI url) {
        lease.forEach((name, value) -> {
            if (!isTls(url) && !addressPolicy.allowsCleartext(url)) {
                throw new CannotConnect(
                        "a credential is not sent to " + url.getHost() + " without TLS",
                        "use https or wss; " + AddressPolicy.HINT);
            }
            // Jetty takes values only as strings. This one is reachable until the request is complete.
            fields.put(new HttpField(requireValidName(name), decodeValue(name, value)));
        });
    }

    private static boolean isTls(URI url) {
        return url.getScheme().equalsIgnoreCase("https") || url.getScheme().equalsIgnoreCase("wss");
    }

    private static String requireValidName(String name) {
        if (!TOKEN.matcher(name).matches()) {
            throw new CannotConnect("a configured header has an invalid name", "use letters, digits and -");
        }
        return name;
    }

    private static String decodeValue(String name, byte[] value) {
        for (var b : value) {
            if (((b & 0xFF) < 0x20 && b != '\t') || b == 0x7F) {
                throw new CannotConnect(
                        "the value of the header " + name + " contains a line break or another control character",
                        "store the secret again without it");
            }
        }
        return new String(value, ISO_8859_1);
    }
}
