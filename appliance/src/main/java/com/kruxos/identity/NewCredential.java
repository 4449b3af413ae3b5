package com.kruxos.identity;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** A new credential: shown once by its holder, then wiped. Not safe for several threads. */
public final class NewCredential implements AutoCloseable {
    static final String USER_TOKEN_PREFIX = "krx_user_";
    static final String TICKET_PREFIX = "krx_ticket_";
    static final String INVITATION_PREFIX = "krx_invitation_";
    static final String OPERATOR_SESSION_PREFIX = "krx_seat_";

    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] ascii;
    private boolean closed;

    private NewCredential(byte[] ascii) {
        this.ascii = ascii;
    }

    /** 256 random bits as 64 lower-case hex digits. */
    static NewCredential agentKey() {
        var raw = randomBytes();
        // Not HexFormat: it returns strings, which cannot be wiped.
        var ascii = new byte[2 * RANDOM_BYTES];
        for (var i = 0; i < RANDOM_BYTES; i++) {
            ascii[2 * i] = HEX[(raw[i] >> 4) & 0xf];
            ascii[2 * i + 1] = HEX[raw[i] & 0xf];
        }
        Arrays.fill(raw, (byte) 0);
        return new NewCredential(ascii);
    }

    /** {@code krx_user_} and 256 random bits as 43 characters of base64url. */
    static NewCredential userToken() {
        return withPrefix(USER_TOKEN_PREFIX);
    }

    /** {@code krx_ticket_} and 256 random bits as 43 characters of base64url. */
    static NewCredential ticket() {
        return withPrefix(TICKET_PREFIX);
    }

    /** {@code krx_invitation_} and 256 random bits as 43 characters of base64url. */
    static NewCredential invitation() {
        return withPrefix(INVITATION_PREFIX);
    }

    /** {@code krx_seat_} and 256 random bits as 43 characters of base64url. */
    static NewCredential operatorSession() {
        return withPrefix(OPERATOR_SESSION_PREFIX);
    }

    private static NewCredential withPrefix(String text) {
        var raw = randomBytes();
        var tail = Base64.getUrlEncoder().withoutPadding().encode(raw);
        var prefix = text.getBytes(StandardCharsets.US_ASCII);
        var ascii = Arrays.copyOf(prefix, prefix.length + tail.length);
        System.arraycopy(tail, 0, ascii, prefix.length, tail.length);
        Arrays.fill(raw, (byte) 0);
        Arrays.fill(tail, (byte) 0);
        return new NewCredential(ascii);
    }

    /** The credential in ASCII, not a copy: it is zeros after {@link #close}. */
    public byte[] ascii() {
        if (closed) {
            throw new IllegalStateException("this credential was already wiped");
        }
        return ascii;
    }

    /** The characters that identify a credential in lists: 16 of the 256 bits of a key, 24 of those of a token. */
    public String lastFour() {
        return new String(ascii(), ascii.length - 4, 4, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(ascii, (byte) 0);
    }

    @Override
    public String toString() {
        return "NewCredential[hidden]";
    }

    private static byte[] randomBytes() {
        var raw = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(raw);
        return raw;
    }
}
