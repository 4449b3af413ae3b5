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
 * Which addresses the appliance connects to (protection against server-side request forgery). A DNS name may resolve to
 * another address each time, so the resolved address decides, at the moment of connecting: it must be public unless the
 * host is listed under {@code private_hosts}. A literal address or {@code localhost} in a configured URL cannot change
 * its meaning, so there loopback and private addresses are allowed too.
 */
final class AddressPolicy {
    static final String HINT = "if this is intended, list the host under private_hosts: in kruxos.yaml";

    private final Set<String> allowedHosts;

    /** @param allowedHosts names and addresses, without port, that may have any address */
    AddressPolicy(Set<String> allowedHosts) {
        this.allowedHosts = allowedHosts.stream().map(AddressPolicy::normalize).collect(Collectors.toUnmodifiableSet());
    }

    /** Lower case, without the brackets of an IPv6 address and the trailing dot of a name. */
    static String normalize(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private boolean isAllowedHost(String host) {
        return allowedHosts.contains(normalize(host));
    }

    /** Whether a host is an IP address or {@code localhost}, which are resolved without DNS. */
    private static boolean isLiteral(String host) {
        return isLocalhost(host) || isIpLiteral(host);
    }

    private static boolean isLocalhost(String host) {
        return normalize(host).equals("localhost");
    }

    /** Matches everything the JDK would parse as an address, also 127.1, 0x7f000001 and 2130706433. */
    private static boolean isIpLiteral(String host) {
        var name = normalize(host);
        return name.indexOf(':') >= 0
                || name.matches("[0-9.]+")
                || name.matches("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,3}");
    }

    /**
     * Checks a configured URL without resolving names.
     *
     * @return why it is refused; empty when it is allowed
     */
    String checkConfigured(URI url) {
        return checkLiteral(url.getHost(), Set.of(AddressKind.SPECIAL));
    }

    /** Checks the target of a redirect without resolving names. A server may not redirect into private networks. */
    String checkRedirect(URI url) {
        return checkLiteral(url.getHost(), Set.of(AddressKind.SPECIAL, AddressKind.PRIVATE, AddressKind.LOOPBACK));
    }

    private String checkLiteral(String host, Set<AddressKind> refused) {
        if (!isLiteral(host) || isAllowedHost(host)) {
            return "";
        }
        if (isLocalhost(host)) {
            return refused.contains(AddressKind.LOOPBACK) ? refusal(host) : "";
        }
        try {
            var address = InetAddress.ofLiteral(normalize(host));
            return refused.contains(AddressClassifier.classify(address)) ? refusal(host) : "";
        } catch (IllegalArgumentException e) {
            return normalize(host) + " is not in a standard address notation; write the IP address in full";
        }
    }

    /**
     * Filters the addresses a host resolved to.
     *
     * @throws AddressRefused when no address is permitted
     */
    List<InetSocketAddress> permitted(String host, List<InetSocketAddress> resolved) throws AddressRefused {
        var permitted = resolved.stream()
                .filter(address -> address.getAddress() != null
                        && isPermitted(host, AddressClassifier.classify(address.getAddress())))
                .toList();
        if (permitted.isEmpty()) {
            throw new AddressRefused(refusal(host) + "; " + HINT);
        }
        return permitted;
    }

    private boolean isPermitted(String host, AddressKind kind) {
        if (isAllowedHost(host)) {
            return true;
        }
        if (isLocalhost(host)) {
            return kind == AddressKind.LOOPBACK;
        }
        return kind == AddressKind.PUBLIC || (isLiteral(host) && kind != AddressKind.SPECIAL);
    }

    /** Whether a credential may be sent to this URL without TLS: only within this machine and local networks. */
    boolean allowsCleartext(URI url) {
        var host = url.getHost();
        return isAllowedHost(host) || isLocalhost(host) || isLocalNetwork(host);
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
        return normalize(host) + " is in a private or special-purpose network";
    }
}
