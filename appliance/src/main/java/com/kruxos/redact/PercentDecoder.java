package com.kruxos.redact;

/** Decodes one level of percent encoding. Anything that is not valid percent encoding is passed on as it is. */
final class PercentDecoder implements ByteSink {
    private final ByteSink output;

    /** A percent sign has been read, and possibly one digit, {@code digit}. */
    private boolean inEscape;

    private int start;
    private int end;
    private int digit;
    private int digitStart;
    private int digitEnd;

    PercentDecoder(ByteSink decoded) {
        this.output = decoded;
    }

    /** Whether {@link #accept} would only pass this byte on. */
    boolean isPassThrough(int octet) {
        return !inEscape && octet != '%';
    }

    @Override
    public void accept(int octet, int from, int to) {
        if (inEscape && isHex(octet)) {
            acceptHexDigit(octet, from, to);
            return;
        }
        finish();
        if (octet == '%') {
            inEscape = true;
            start = from;
            end = to;
        } else {
            output.accept(octet, from, to);
        }
    }

    /** Passes on an incomplete percent encoding as it is. */
    void finish() {
        if (inEscape) {
            inEscape = false;
            output.accept('%', start, end);
            if (digit != 0) {
                output.accept(digit, digitStart, digitEnd);
                digit = 0;
            }
        }
    }

    private void acceptHexDigit(int octet, int from, int to) {
        if (digit == 0) {
            digit = octet;
            digitStart = from;
            digitEnd = to;
        } else {
            var value = (Character.digit(digit, 16) << 4) | Character.digit(octet, 16);
            inEscape = false;
            digit = 0;
            output.accept(value, start, to);
        }
    }

    private static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }
}
