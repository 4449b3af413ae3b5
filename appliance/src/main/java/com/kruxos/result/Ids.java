package com.kruxos.result;

import java.security.SecureRandom;

/** Random ids that never change: a kind, an underscore, 80 random bits in lower-case base32 ({@code agt_k3…}). */
public final class Ids {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** A new id of this kind; 80 bits make a repetition practically impossible. */
    public static String newId(String kind) {
        var id = new StringBuilder(kind).append('_');
        for (var i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
