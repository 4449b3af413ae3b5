package com.kruxos.transport;

import com.kruxos.transport.Addresses.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which addresses we connect to. A name may stand for anything, and for something else the next moment, so what counts
 * is the address at the moment of connecting: it must be on the internet, unless the host is named in the settings. An
 * address or {@code localhost} that the owner wrote into a URL cannot change its meaning, so there the machine itself
 * and private networks are taken as meant.
 */
final class Vetting {
    static final String HINT = "name the host under private_hosts: in kruxos.yaml if that is meant";

    private final Set<String> allowed;

    /** @param allowed names and addresses, without port, that may be anywhere */
    Vetting(Set<String> allowed) {
        this.allowed = allowed.stream().map(Vetting::plain).collect(Collectors.toUnmodifiableSet());
    }

    /** Lower case, without the brackets of an IPv6 address and the dot at a name's end. */
    static String plain(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    boolean allowed(String host) {
        return allowed.contains(plain(host));
    }

    /** An address, or the one name that always means this machine. Names are looked up nowhere. */
    static boolean literal(String host) {
        return plain(host).equals("localhost") || address(host);
    }

    /** Everything that the JDK would read as an address: also 127.1, 0x7f000001 and 2130706433. */
    private static boolean address(String host) {
        var name = plain(host);
        return name.indexOf(':') >= 0
                || name.matches("[0-9.]+")
                || name.matches("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,3}");
    }

    /**
     * A URL the owner wrote, before anything is looked up.
     *
     * @return what to tell the person; empty when nothing is against it
     */
    String objection(URI url) {
        return literal(url.getHost()) ? literalObjection(url.getHost(), Set.of(Kind.SPECIAL)) : "";
    }

    /** A URL a server sent us to. There nobody meant a private address. */
    String redirectObjection(URI url) {
        return literal(url.getHost())
                ? literalObjection(url.getHost(), Set.of(Kind.SPECIAL, Kind.PRIVATE, Kind.LOOPBACK))
                : "";
    }

    private String literalObjection(String host, Set<Kind> refused) {
        if (allowed(host)) {
            return "";
        }
        if (plain(host).equals("localhost")) {
            return refused.contains(Kind.LOOPBACK) ? refusal(host) : "";
        }
        try {
            var address = InetAddress.ofLiteral(plain(host));
            return refused.contains(Addresses.kind(address)) ? refusal(host) : "";
        } catch (IllegalArgumentException e) {
            return plain(host) + " is not written as an address usually is; write it in full";
        }
    }

    /**
     * Of what a host resolved to, what may be connected to.
     *
     * @throws AddressRefused when nothing is left
     */
    List<InetSocketAddress> vetted(String host, List<InetSocketAddress> resolved) throws AddressRefused {
        var left = resolved.stream()
                .filter(address -> address.getAddress() != null && fits(host, Addresses.kind(address.getAddress())))
                .toList();
        if (left.isEmpty()) {
            throw new AddressRefused(refusal(host) + "; " + HINT);
        }
        return left;
    }

    private boolean fits(String host, Kind kind) {
        if (allowed(host)) {
            return true;
        }
        if (plain(host).equals("localhost")) {
            return kind == Kind.LOOPBACK;
        }
        return kind == Kind.PUBLIC || (literal(host) && kind != Kind.SPECIAL);
    }

    /** Whether a credential may travel there without TLS. */
    boolean clearTextFits(URI url) {
        var host = url.getHost();
        return allowed(host) || plain(host).equals("localhost") || near(host);
    }

    private static boolean near(String host) {
        try {
            var kind = Addresses.kind(InetAddress.ofLiteral(plain(host)));
            return kind == Kind.LOOPBACK || kind == Kind.PRIVATE;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String refusal(String host) {
        return plain(host) + " is not on the internet but in a private or special network";
    }
}
