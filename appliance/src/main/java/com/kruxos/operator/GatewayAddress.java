package com.kruxos.operator;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * The URLs at which agents connect: without TLS if only this machine can connect, so that clients need not trust a
 * certificate; otherwise with TLS.
 *
 * @param dnsName the configured DNS name, if any
 * @param bindAddress the address it listens on; {@code 0.0.0.0} and {@code ::} are all interfaces
 */
public record GatewayAddress(Optional<String> dnsName, String bindAddress, int port) {
    /** {@code reached} is the host by which the operator's browser reached the dashboard. */
    URI httpUrl(String reached) {
        return url("http", reached);
    }

    URI webSocketUrl(String reached) {
        return url("ws", reached);
    }

    private URI url(String scheme, String reached) {
        var host = isLoopback(bindAddress)
                ? bindAddress
                : dnsName.orElse(isWildcard() ? withoutBrackets(reached) : bindAddress);
        var literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + (isLoopback(host) ? "" : "s") + "://" + literal + ":" + port + "/mcp");
    }

    private boolean isWildcard() {
        return bindAddress.equals("0.0.0.0") || bindAddress.equals("::");
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
