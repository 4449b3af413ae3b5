package com.kruxos.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Puts what was lent into a request's headers, checked. No exception of it holds a value. */
public final class HeaderWriter {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private HeaderWriter() {}

    /** @throws CannotConnect when a header cannot be sent, or must not be sent there */
    public static void write(HeaderLease lending, HttpFields.Mutable fields, AddressPolicy vetting, URI to) {
        lending.forEach((name, value) -> {
            // Jetty knows no header values but strings; this one dies with the request.
            if (!isTls(to) && !vetting.allowsCleartext(to)) {
                throw new CannotConnect(
                        "a credential is not sent to " + to.getHost() + " without TLS",
                        "use https or wss, or " + AddressPolicy.HINT);
            }
            fields.put(new HttpField(requireValidName(name), decodeValue(name, value)));
        });
    }

    private static boolean isTls(URI to) {
        return to.getScheme().equalsIgnoreCase("https") || to.getScheme().equalsIgnoreCase("wss");
    }

    private static String requireValidName(String name) {
        if (!TOKEN.matcher(name).matches()) {
            throw new CannotConnect("a header has a name that HTTP cannot hold", "use letters, digits and -");
        }
        return name;
    }

    private static String decodeValue(String name, byte[] value) {
        for (var b : value) {
            if (((b & 0xFF) < 0x20 && b != '\t') || b == 0x7F) {
                throw new CannotConnect(
                        "the value of the header " + name + " holds a line end or another control character",
                        "store it again without");
            }
        }
        return new String(value, ISO_8859_1);
    }
}
