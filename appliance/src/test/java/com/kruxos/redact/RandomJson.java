package com.kruxos.redact;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Random JSON-RPC messages with a given text at a random place. */
final class RandomJson {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String SPECIAL = " !#$%&'()*+,-./:;=?@[\\]^_`{|}~\"\n\t\u0001\u007fäß€漢😀";

    private final Random random;
    private final SecretEncodings encodings;

    RandomJson(Random random, SecretEncodings disguises) {
        this.random = random;
        this.encodings = disguises;
    }

    /** A token, a passphrase with any characters, digits, or several lines. */
    static byte[] randomSecret(Random random) {
        var length = 8 + random.nextInt(random.nextInt(10) == 0 ? 300 : 40);
        var alphabet =
                random.nextInt(3) == 0 ? LETTERS + SPECIAL : random.nextInt(4) == 0 ? "0123456789" : LETTERS + "-_";
        var characters = alphabet.codePoints().toArray();
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        // The first and last characters are letters, so that adjacent characters cannot be taken for a part of it.
        return ("S" + text + "E").getBytes(StandardCharsets.UTF_8);
    }

    String messageContaining(String planted) {
        var member = switch (random.nextInt(3)) {
            case 0 -> "error";
            case 1 -> "params";
            default -> "result";
        };
        return "{\"jsonrpc\":\"2.0\",\"id\":" + random.nextInt() + randomSpace() + ",\"" + member + "\":"
                + valueContaining(planted, random.nextInt(5)) + "}";
    }

    private String valueContaining(String planted, int depth) {
        if (depth == 0) {
            return stringContaining(planted);
        }
        return switch (random.nextInt(3)) {
            case 0 ->
                "[" + randomValue(depth - 1) + "," + randomSpace() + valueContaining(planted, depth - 1) + ","
                        + randomValue(1) + "]";
            case 1 -> "{" + stringContaining("") + ":" + randomSpace() + valueContaining(planted, depth - 1) + "}";
            default ->
                "{" + stringContaining("") + ":" + randomValue(depth - 1) + "," + stringContaining(planted) + ":"
                        + randomValue(1) + "}";
        };
    }

    private String randomValue(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> Long.toString(random.nextLong());
            case 3 -> Double.toString(random.nextGaussian());
            case 4 -> stringContaining("");
            case 5 -> "[" + randomValue(depth - 1) + "," + randomValue(depth - 1) + randomSpace() + "]";
            default -> "{" + stringContaining("") + ":" + randomValue(depth - 1) + "}";
        };
    }

    private String stringContaining(String planted) {
        var around = (LETTERS + SPECIAL).codePoints().toArray();
        var before = new StringBuilder();
        var after = new StringBuilder();
        for (var i = random.nextInt(30); i > 0; i--) {
            before.appendCodePoint(around[random.nextInt(around.length)]);
            after.appendCodePoint(around[random.nextInt(around.length)]);
        }
        return "\"" + encodings.jsonEscape(before.toString(), random.nextInt(3)) + planted
                + encodings.jsonEscape(after.toString(), random.nextInt(3)) + "\"";
    }

    private String randomSpace() {
        return " \n\t".substring(random.nextInt(3)).repeat(random.nextInt(2));
    }
}
