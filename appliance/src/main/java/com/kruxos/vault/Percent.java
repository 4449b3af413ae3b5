package com.kruxos.vault;

/** Decodes one level of percent encoding. Anything that is not valid percent encoding is passed on as it is. */
final class Percent implements Octets {
    private final Octets decoded;

    /** A percent sign has been read, and possibly one digit, {@code digit}. */
    private boolean holding;

    private int start;
    private int end;
    private int digit;
    private int digitAt;
    private int digitEnd;

    Percent(Octets decoded) {
        this.decoded = decoded;
    }

    /** Whether {@link #take} would only pass this byte on. */
    boolean passes(int octet) {
        return !holding && octet != '%';
    }

    @Override
    public void take(int octet, int from, int to) {
        if (holding && isHex(octet)) {
            hex(octet, from, to);
            return;
        }
        finish();
        if (octet == '%') {
            holding = true;
            start = from;
            end = to;
        } else {
            decoded.take(octet, from, to);
        }
    }

    /** Passes on an incomplete percent encoding as it is. */
    void finish() {
        if (holding) {
            holding = false;
            decoded.take('%', start, end);
            if (digit != 0) {
                decoded.take(digit, digitAt, digitEnd);
                digit = 0;
            }
        }
    }

    private void hex(int octet, int from, int to) {
        if (digit == 0) {
            digit = octet;
            digitAt = from;
            digitEnd = to;
        } else {
            var value = (Character.digit(digit, 16) << 4) | Character.digit(octet, 16);
            holding = false;
            digit = 0;
            decoded.take(value, start, to);
        }
    }

    private static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }
}
