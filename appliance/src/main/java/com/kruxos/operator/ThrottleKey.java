package com.kruxos.operator;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Whom one guess is counted against. */
final class ThrottleKey {
    private static final int IPV6_PREFIX_BYTES = 8;

    private ThrottleKey() {}

    /** An IPv4 address as it is; of IPv6 the network, because who has one address there has all of it. */
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
