package com.kruxos.operator;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** The key under which attempts of a client are counted. */
final class ThrottleKey {
    private static final int IPV6_PREFIX_BYTES = 8;

    private ThrottleKey() {}

    /** An IPv4 address, or an IPv6 /64 network: one client usually controls all of it. */
    static String of(String literal) {
        try {
            var address = InetAddress.ofLiteral(literal);
            return address instanceof Inet6Address && !address.isLoopbackAddress()
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_PREFIX_BYTES))
                    : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            return "unknown";
        }
    }
}
