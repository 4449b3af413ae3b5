package com.kruxos.vault;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** JSON-RPC messages nobody would write, with one given text somewhere inside. */
final class RandomJson {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String ODD = " !#$%&'()*+,-./:;=?@[\\]^_`{|}~\"\n\t\u0001\u007fäß€漢😀";

    private final Random random;
    private final Disguises disguises;

    RandomJson(Random random, Disguises disguises) {
        this.random = random;
        this.disguises = disguises;
    }

    /** A value as people have them: a token, a passphrase with anything in it, digits, several lines. */
    static byte[] secret(Random random) {
        var length = 8 + random.nextInt(random.nextInt(10) == 0 ? 300 : 40);
        var alphabet = random.nextInt(3) == 0 ? LETTERS + ODD : random.nextInt(4) == 0 ? "0123456789" : LETTERS + "-_";
        var characters = alphabet.codePoints().toArray();
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        // Its first and last characters are letters: what is around it must not look like a part of it.
        return ("S" + text + "E").getBytes(StandardCharsets.UTF_8);
    }

    String around(String planted) {
        var member = switch (random.nextInt(3)) {
            case 0 -> "error";
            case 1 -> "params";
            default -> "result";
        };
        return "{\"jsonrpc\":\"2.0\",\"id\":" + random.nextInt() + space() + ",\"" + member + "\":"
                + holding(planted, random.nextInt(5)) + "}";
    }

    private String holding(String planted, int depth) {
        if (depth == 0) {
            return text(planted);
        }
        return switch (random.nextInt(3)) {
            case 0 -> "[" + value(depth - 1) + "," + space() + holding(planted, depth - 1) + "," + value(1) + "]";
            case 1 -> "{" + text("") + ":" + space() + holding(planted, depth - 1) + "}";
            default -> "{" + text("") + ":" + value(depth - 1) + "," + text(planted) + ":" + value(1) + "}";
        };
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> Long.toString(random.nextLong());
            case 3 -> Double.toString(random.nextGaussian());
            case 4 -> text("");
            case 5 -> "[" + value(depth - 1) + "," + value(depth - 1) + space() + "]";
            default -> "{" + text("") + ":" + value(depth - 1) + "}";
        };
    }

    private String text(String planted) {
        var around = (LETTERS + ODD).codePoints().toArray();
        var before = new StringBuilder();
        var after = new StringBuilder();
        for (var i = random.nextInt(30); i > 0; i--) {
            before.appendCodePoint(around[random.nextInt(around.length)]);
            after.appendCodePoint(around[random.nextInt(around.length)]);
        }
        return "\"" + disguises.json(before.toString(), random.nextInt(3)) + planted
                + disguises.json(after.toString(), random.nextInt(3)) + "\"";
    }

    private String space() {
        return " \n\t".substring(random.nextInt(3)).repeat(random.nextInt(2));
    }
}
