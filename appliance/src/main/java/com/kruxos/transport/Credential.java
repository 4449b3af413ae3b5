package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Puts what was lent into a request's headers, checked. No exception of it holds a value. */
final class Credential {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private Credential() {}

    /** @throws CannotStart when a header cannot be sent, or must not be sent there */
    static void put(Lending lending, HttpFields.Mutable fields, Vetting vetting, URI to) {
        lending.forEach((name, value) -> {
            // Jetty knows no header values but strings; this one dies with the request.
            if (!secure(to) && !vetting.clearTextFits(to)) {
                throw new CannotStart(
                        "a credential is not sent to " + to.getHost() + " without TLS",
                        "use https or wss, or " + Vetting.HINT);
            }
            fields.put(new HttpField(checked(name), text(name, value)));
        });
    }

    private static boolean secure(URI to) {
        return to.getScheme().equalsIgnoreCase("https") || to.getScheme().equalsIgnoreCase("wss");
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new CannotStart("a header has a name that HTTP cannot hold", "use letters, digits and -");
        }
        return name;
    }

    private static String text(String name, byte[] value) {
        for (var b : value) {
            if (((b & 0xFF) < 0x20 && b != '\t') || b == 0x7F) {
                throw new CannotStart(
                        "the value of the header " + name + " holds a line end or another control character",
                        "store it again without");
            }
        }
        return new String(value, ISO_8859_1);
    }
}
