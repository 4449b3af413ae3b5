package com.kruxos.egress;

import java.net.InetAddress;
import java.util.Arrays;

/** Classifies an IP address by its bits alone (IANA special-purpose address registries). */
final class AddressClassifier {
    enum AddressKind {
        /** Globally routable. */
        PUBLIC,
        /** 127.0.0.0/8 and ::1. */
        LOOPBACK,
        /** RFC 1918, shared address space (RFC 6598), unique local and site-local IPv6. */
        PRIVATE,
        /** Link-local (where clouds serve instance metadata), multicast, unspecified, reserved. */
        SPECIAL
    }

    private AddressClassifier() {}

    static AddressKind classify(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 4 ? classifyIpv4(bytes) : classifyIpv6(bytes);
    }

    private static AddressKind classifyIpv4(byte[] b) {
        var first = b[0] & 0xFF;
        var second = b[1] & 0xFF;
        return switch (first) {
            case 127 -> AddressKind.LOOPBACK;
            case 10 -> AddressKind.PRIVATE;
            case 172 -> second >= 16 && second < 32 ? AddressKind.PRIVATE : AddressKind.PUBLIC;
            case 192 ->
                second == 168
                        ? AddressKind.PRIVATE
                        : second == 0 && b[2] == 0 ? AddressKind.SPECIAL : AddressKind.PUBLIC;
            case 198 -> second == 18 || second == 19 ? AddressKind.SPECIAL : AddressKind.PUBLIC; // RFC 2544 benchmarks
            case 100 -> second >= 64 && second < 128 ? AddressKind.PRIVATE : AddressKind.PUBLIC;
            case 169 -> second == 254 ? AddressKind.SPECIAL : AddressKind.PUBLIC;
            case 0 -> AddressKind.SPECIAL;
            default -> first >= 224 ? AddressKind.SPECIAL : AddressKind.PUBLIC;
        };
    }

    /** IPv6 forms that embed an IPv4 address are SPECIAL: a gateway could turn them into any IPv4 address. */
    private static AddressKind classifyIpv6(byte[] b) {
        if (startsWith(b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return isIpv6Loopback(b) ? AddressKind.LOOPBACK : AddressKind.SPECIAL;
        }
        if (startsWith(b, 0x00, 0x64, 0xFF, 0x9B)
                || startsWith(b, 0x20, 0x02)
                || startsWith(b, 0x20, 0x01, 0x00, 0x00)) {
            return AddressKind.SPECIAL; // NAT64, 6to4, Teredo
        }
        if ((b[0] & 0xFE) == 0xFC || ((b[0] & 0xFF) == 0xFE && (b[1] & 0xC0) == 0xC0)) {
            return AddressKind.PRIVATE;
        }
        if ((b[0] & 0xE0) == 0x20) {
            return startsWith(b, 0x20, 0x01, 0x0D, 0xB8) ? AddressKind.SPECIAL : AddressKind.PUBLIC;
        }
        return AddressKind.SPECIAL; // fe80::/10, ff00::/8 and unassigned ranges
    }

    private static boolean isIpv6Loopback(byte[] b) {
        return Arrays.equals(b, 10, 16, new byte[] {0, 0, 0, 0, 0, 1}, 0, 6);
    }

    private static boolean startsWith(byte[] b, int... prefix) {
        for (var i = 0; i < prefix.length; i++) {
            if ((b[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
