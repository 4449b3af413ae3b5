package com.kruxos.operator;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where agents connect, as it is told to somebody who may copy it: without TLS where only this machine can come, since
 * no client there needs to trust a certificate; else with it.
 *
 * @param dnsName the name the appliance goes by, if it was given one
 * @param bindAddress the address it listens on; that of every network where it is {@code 0.0.0.0} or {@code ::}
 */
public record GatewayAddress(Optional<String> dnsName, String bindAddress, int port) {
    /** For a client where the asking person is: {@code reached} is the host they reached us by. */
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
