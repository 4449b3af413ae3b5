package com.kruxos.vault;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.DestroyFailedException;

/** An X25519 identity in age's text form, {@code AGE-SECRET-KEY-1…}, held as bytes and wiped on close. */
final class AgeIdentity implements AutoCloseable {
    private static final byte[] PREFIX = "AGE-SECRET-KEY-1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;
    private final RecipientStanzaReader stanzaReader;

    /** Takes over {@code text}. */
    private AgeIdentity(byte[] text) throws UnsealFailed {
        this.text = text;
        try {
            stanzaReader = newStanzaReader(text);
        } catch (GeneralSecurityException | RuntimeException e) {
            Wipe.bytes(text);
            // Without the cause: the message of a parser may quote the key.
            throw new UnsealFailed("its age identity is damaged");
        }
    }

    static AgeIdentity generate() {
        try {
            var pair = new X25519KeyPairGenerator().generateKeyPair();
            var identity = new AgeIdentity(pair.getPrivate().getEncoded());
            pair.getPrivate().destroy();
            return identity;
        } catch (GeneralSecurityException | UnsealFailed | DestroyFailedException e) {
            throw new IllegalStateException("cannot generate an age identity", e);
        }
    }

    /** Parses the output of age-keygen: comments, empty lines and exactly one identity. */
    static AgeIdentity parse(byte[] file) throws UnsealFailed {
        byte[] found = null;
        for (int from = 0, to; from < file.length; from = to + 1) {
            to = endOfLine(file, from);
            var line = trim(file, from, to);
            if (line.length == 0 || line[0] == '#') {
                continue;
            }
            if (found != null || !startsWith(line, PREFIX)) {
                Wipe.bytes(line);
                Wipe.bytes(found);
                throw new UnsealFailed("it must hold one age X25519 identity and nothing else");
            }
            found = line;
        }
        if (found == null) {
            throw new UnsealFailed("it holds no age identity");
        }
        return new AgeIdentity(found);
    }

    /** The public key, {@code age1…}. Computed at each call, because opening a slot does not need it. */
    String recipient() {
        try {
            var key = new X25519KeyFactory().translateKey(new SecretKeySpec(text, "X25519"));
            return new String(key.getEncoded(), StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot derive the recipient of an age identity", e);
        }
    }

    /** The content of an identity file, as age-keygen writes it; the caller wipes it. */
    byte[] encodeFile(Instant created) {
        var comments = ("# created: " + created.truncatedTo(ChronoUnit.SECONDS) + "\n# public key: " + recipient()
                        + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(comments.length + text.length + 1)
                .put(comments)
                .put(text)
                .put((byte) '\n')
                .array();
    }

    /** Decrypts what was encrypted to this identity. */
    RecipientStanzaReader stanzaReader() {
        return stanzaReader;
    }

    private static RecipientStanzaReader newStanzaReader(byte[] text) throws GeneralSecurityException {
        var characters = new char[text.length];
        for (var at = 0; at < text.length; at++) {
            characters[at] = (char) text[at];
        }
        try {
            return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(CharBuffer.wrap(characters));
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public void close() {
        Wipe.bytes(text);
    }

    private static int endOfLine(byte[] file, int from) {
        var at = from;
        while (at < file.length && file[at] != '\n') {
            at++;
        }
        return at;
    }

    private static byte[] trim(byte[] file, int from, int to) {
        while (from < to && file[from] <= ' ' && file[from] >= 0) {
            from++;
        }
        while (to > from && file[to - 1] <= ' ' && file[to - 1] >= 0) {
            to--;
        }
        return Arrays.copyOfRange(file, from, to);
    }

    private static boolean startsWith(byte[] line, byte[] prefix) {
        return line.length > prefix.length && Arrays.equals(line, 0, prefix.length, prefix, 0, prefix.length);
    }
}
