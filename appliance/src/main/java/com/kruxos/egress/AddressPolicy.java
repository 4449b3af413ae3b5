package com.kruxos.egress;

import com.kruxos.egress.AddressClassifier.AddressKind;
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
public final class AddressPolicy {
    public static final String HINT = "name the host under private_hosts: in kruxos.yaml if that is meant";

    private final Set<String> allowedHosts;

    /** @param allowed names and addresses, without port, that may be anywhere */
    public AddressPolicy(Set<String> allowed) {
        this.allowedHosts = allowed.stream().map(AddressPolicy::normalize).collect(Collectors.toUnmodifiableSet());
    }

    /** Lower case, without the brackets of an IPv6 address and the dot at a name's end. */
    static String normalize(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    boolean isAllowedHost(String host) {
        return allowedHosts.contains(normalize(host));
    }

    /** An address, or the one name that always means this machine. Names are looked up nowhere. */
    static boolean isLiteral(String host) {
        return normalize(host).equals("localhost") || isIpLiteral(host);
    }

    /** Everything that the JDK would read as an address: also 127.1, 0x7f000001 and 2130706433. */
    private static boolean isIpLiteral(String host) {
        var name = normalize(host);
        return name.indexOf(':') >= 0
                || name.matches("[0-9.]+")
                || name.matches("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,3}");
    }

    /**
     * A URL the owner wrote, before anything is looked up.
     *
     * @return what to tell the person; empty when nothing is against it
     */
    public String checkConfigured(URI url) {
        return isLiteral(url.getHost()) ? checkLiteral(url.getHost(), Set.of(AddressKind.SPECIAL)) : "";
    }

    /** A URL a server sent us to. There nobody meant a private address. */
    String checkRedirect(URI url) {
        return isLiteral(url.getHost())
                ? checkLiteral(url.getHost(), Set.of(AddressKind.SPECIAL, AddressKind.PRIVATE, AddressKind.LOOPBACK))
                : "";
    }

    private String checkLiteral(String host, Set<AddressKind> refused) {
        if (isAllowedHost(host)) {
            return "";
        }
        if (normalize(host).equals("localhost")) {
            return refused.contains(AddressKind.LOOPBACK) ? refusal(host) : "";
        }
        try {
            var address = InetAddress.ofLiteral(normalize(host));
            return refused.contains(AddressClassifier.classify(address)) ? refusal(host) : "";
        } catch (IllegalArgumentException e) {
            return normalize(host) + " is not written as an address usually is; write it in full";
        }
    }

    /**
     * Of what a host resolved to, what may be connected to.
     *
     * @throws AddressRefused when nothing is left
     */
    List<InetSocketAddress> permitted(String host, List<InetSocketAddress> resolved) throws AddressRefused {
        var left = resolved.stream()
                .filter(address -> address.getAddress() != null
                        && isPermitted(host, AddressClassifier.classify(address.getAddress())))
                .toList();
        if (left.isEmpty()) {
            throw new AddressRefused(refusal(host) + "; " + HINT);
        }
        return left;
    }

    private boolean isPermitted(String host, AddressKind kind) {
        if (isAllowedHost(host)) {
            return true;
        }
        if (normalize(host).equals("localhost")) {
            return kind == AddressKind.LOOPBACK;
        }
        return kind == AddressKind.PUBLIC || (isLiteral(host) && kind != AddressKind.SPECIAL);
    }

    /** Whether a credential may travel there without TLS. */
    boolean allowsCleartext(URI url) {
        var host = url.getHost();
        return isAllowedHost(host) || normalize(host).equals("localhost") || isLocalNetwork(host);
    }

    private static boolean isLocalNetwork(String host) {
        try {
            var kind = AddressClassifier.classify(InetAddress.ofLiteral(normalize(host)));
            return kind == AddressKind.LOOPBACK || kind == AddressKind.PRIVATE;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String refusal(String host) {
        return normalize(host) + " is not on the internet but in a private or special network";
    }
}
