package com.kruxos.credential;

import com.kruxos.vault.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configured value of a header: text with {@code {secret:SCOPE/KEY}} references. */
public final class HeaderTemplate {
    private static final Pattern REFERENCE = Pattern.compile("\\{secret:([^{}]*)}");

    private final List<byte[]> literals = new ArrayList<>();
    private final List<SecretName> secrets = new ArrayList<>();

    private HeaderTemplate() {}

    /**
     * Parses a configured value.
     *
     * @throws IllegalArgumentException when a reference is invalid
     */
    public static HeaderTemplate of(String space, String value) {
        var template = new HeaderTemplate();
        var matcher = REFERENCE.matcher(value);
        var from = 0;
        while (matcher.find()) {
            template.literals.add(encode(value.substring(from, matcher.start())));
            template.secrets.add(SecretName.of(space, Objects.requireNonNull(matcher.group(1))));
            from = matcher.end();
        }
        template.literals.add(encode(value.substring(from)));
        return template;
    }

    /** The secrets it references, in order. */
    public List<SecretName> secrets() {
        return List.copyOf(secrets);
    }

    /** Returns the value with the secrets in place; the caller wipes it. */
    byte[] fill(Function<SecretName, byte[]> valueOf) {
        var length = literals.stream().mapToInt(text -> text.length).sum();
        var pieces = new ArrayList<byte[]>();
        for (var secret : secrets) {
            var piece = valueOf.apply(secret);
            pieces.add(piece);
            length += piece.length;
        }
        var filled = new byte[length];
        var at = 0;
        for (var i = 0; i < literals.size(); i++) {
            at = append(filled, at, literals.get(i));
            at = append(filled, at, i < pieces.size() ? pieces.get(i) : null);
        }
        return filled;
    }

    private static int append(byte[] into, int at, byte @Nullable [] piece) {
        if (piece == null) {
            return at;
        }
        System.arraycopy(piece, 0, into, at, piece.length);
        return at + piece.length;
    }

    private static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static void wipe(byte[] value) {
        Arrays.fill(value, (byte) 0);
    }
}
