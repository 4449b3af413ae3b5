package com.kruxos.transport;

import java.net.InetAddress;
import java.util.Arrays;

/** What kind of place an address is, by its bits alone. */
final class Addresses {
    enum Kind {
        /** Somewhere on the internet. */
        PUBLIC,
        /** This machine. */
        LOOPBACK,
        /** A network of the owner's: RFC 1918, shared address space, unique and site local IPv6. */
        PRIVATE,
        /** Link-local (where clouds keep their metadata), multicast, unspecified, reserved. */
        SPECIAL
    }

    private Addresses() {}

    static Kind kind(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 4 ? four(bytes) : six(bytes);
    }

    private static Kind four(byte[] b) {
        var first = b[0] & 0xFF;
        var second = b[1] & 0xFF;
        return switch (first) {
            case 127 -> Kind.LOOPBACK;
            case 10 -> Kind.PRIVATE;
            case 172 -> second >= 16 && second < 32 ? Kind.PRIVATE : Kind.PUBLIC;
            case 192 -> second == 168 ? Kind.PRIVATE : second == 0 && b[2] == 0 ? Kind.SPECIAL : Kind.PUBLIC;
            case 198 -> second == 18 || second == 19 ? Kind.SPECIAL : Kind.PUBLIC; // benchmarks, RFC 2544
            case 100 -> second >= 64 && second < 128 ? Kind.PRIVATE : Kind.PUBLIC;
            case 169 -> second == 254 ? Kind.SPECIAL : Kind.PUBLIC;
            case 0 -> Kind.SPECIAL;
            default -> first >= 224 ? Kind.SPECIAL : Kind.PUBLIC;
        };
    }

    /** An address that only wraps an IPv4 one is as bad as that one, and never better than special. */
    private static Kind six(byte[] b) {
        if (starts(b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return low(b);
        }
        if (starts(b, 0x00, 0x64, 0xFF, 0x9B) || starts(b, 0x20, 0x02) || starts(b, 0x20, 0x01, 0x00, 0x00)) {
            return Kind.SPECIAL; // NAT64, 6to4, Teredo
        }
        if ((b[0] & 0xFE) == 0xFC || ((b[0] & 0xFF) == 0xFE && (b[1] & 0xC0) == 0xC0)) {
            return Kind.PRIVATE;
        }
        if ((b[0] & 0xE0) == 0x20) {
            return starts(b, 0x20, 0x01, 0x0D, 0xB8) ? Kind.SPECIAL : Kind.PUBLIC;
        }
        return Kind.SPECIAL; // fe80::/10, ff00::/8, and what nobody was given yet
    }

    /** ::, ::1, and the forms in which an IPv4 address is the tail. */
    private static Kind low(byte[] b) {
        var tail = Arrays.copyOfRange(b, 10, 16);
        if (Arrays.equals(tail, new byte[] {0, 0, 0, 0, 0, 1})) {
            return Kind.LOOPBACK;
        }
        return Kind.SPECIAL;
    }

    private static boolean starts(byte[] b, int... first) {
        for (var i = 0; i < first.length; i++) {
            if ((b[i] & 0xFF) != first[i]) {
                return false;
            }
        }
        return true;
    }
}
