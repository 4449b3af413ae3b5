package com.kruxos.egress;

import java.net.InetAddress;
import java.util.Arrays;

/** What kind of place an address is, by its bits alone. */
final class AddressClassifier {
    enum AddressKind {
        /** Somewhere on the internet. */
        PUBLIC,
        /** This machine. */
        LOOPBACK,
        /** A network of the owner's: RFC 1918, shared address space, unique and site local IPv6. */
        PRIVATE,
        /** Link-local (where clouds keep their metadata), multicast, unspecified, reserved. */
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
            case 198 -> second == 18 || second == 19 ? AddressKind.SPECIAL : AddressKind.PUBLIC; // benchmarks, RFC 2544
            case 100 -> second >= 64 && second < 128 ? AddressKind.PRIVATE : AddressKind.PUBLIC;
            case 169 -> second == 254 ? AddressKind.SPECIAL : AddressKind.PUBLIC;
            case 0 -> AddressKind.SPECIAL;
            default -> first >= 224 ? AddressKind.SPECIAL : AddressKind.PUBLIC;
        };
    }

    /** An address that only wraps an IPv4 one is as bad as that one, and never better than special. */
    private static AddressKind classifyIpv6(byte[] b) {
        if (startsWith(b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return classifyLowIpv6(b);
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
        return AddressKind.SPECIAL; // fe80::/10, ff00::/8, and what nobody was given yet
    }

    /** ::, ::1, and the forms in which an IPv4 address is the tail. */
    private static AddressKind classifyLowIpv6(byte[] b) {
        var tail = Arrays.copyOfRange(b, 10, 16);
        if (Arrays.equals(tail, new byte[] {0, 0, 0, 0, 0, 1})) {
            return AddressKind.LOOPBACK;
        }
        return AddressKind.SPECIAL;
    }

    private static boolean startsWith(byte[] b, int... first) {
        for (var i = 0; i < first.length; i++) {
            if ((b[i] & 0xFF) != first[i]) {
                return false;
            }
        }
        return true;
    }
}
