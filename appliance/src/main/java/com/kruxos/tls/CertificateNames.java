package com.kruxos.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/** Subject alternative names in canonical form: DNS names in lower case, and literal addresses. */
final class CertificateNames {
    private static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1", "::1");
    private static final Pattern DNS_NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final int TYPE_DNS = 2;
    private static final int TYPE_ADDRESS = 7;

    private CertificateNames() {}

    /** The names of the local machine and the given ones. What is neither a DNS name nor an address is left out. */
    static SequencedSet<String> withLocalNames(Collection<String> names) {
        var all = new LinkedHashSet<>(
                LOCAL_NAMES.stream().map(CertificateNames::canonical).toList());
        names.stream()
                .map(CertificateNames::canonical)
                .filter(name -> !name.isEmpty())
                .sorted()
                .forEach(all::add);
        return all;
    }

    /** The names that a certificate lists; none when its list is malformed. */
    static SequencedSet<String> of(X509Certificate certificate) {
        var names = new LinkedHashSet<String>();
        try {
            var listed = certificate.getSubjectAlternativeNames();
            for (var name : listed == null ? List.<List<?>>of() : listed) {
                var type = (int) Objects.requireNonNull(name.get(0));
                if (type == TYPE_DNS || type == TYPE_ADDRESS) {
                    var text = String.valueOf(name.get(1));
                    names.add(type == TYPE_ADDRESS ? canonical(text) : text.toLowerCase(Locale.ROOT));
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            return names;
        }
    }

    private static String canonical(String name) {
        try {
            var literal = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
            var address = InetAddress.ofLiteral(literal);
            return address.isAnyLocalAddress() ? "" : compressIpv6(address.getHostAddress());
        } catch (IllegalArgumentException e) {
            var lower = name.toLowerCase(Locale.ROOT);
            return DNS_NAME.matcher(lower).matches() ? lower : "";
        }
    }

    /** Without the scope, and with the first run of zero groups as {@code ::}. */
    private static String compressIpv6(String address) {
        return address.contains(":")
                ? address.replaceFirst("%.*", "").replaceFirst("(^|:)(0(:|$)){2,}", "::")
                : address;
    }
}
