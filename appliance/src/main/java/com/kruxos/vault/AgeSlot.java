package com.kruxos.vault;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** An age file with the root key, encrypted to one X25519 recipient. Any implementation of age can decrypt it. */
final class AgeSlot {
    /** A payload has 73 bytes; a longer one is cut off here and refused by its length. */
    private static final int MAX_PAYLOAD_SIZE = 1024;

    private AgeSlot() {}

    static byte[] seal(RootKey root, String recipient) {
        var payload = root.encode();
        var file = new ByteArrayOutputStream();
        try (var out = new StandardEncryptingChannelFactory()
                .newEncryptingChannel(
                        Channels.newChannel(file),
                        List.of(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient)))) {
            out.write(ByteBuffer.wrap(payload));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot encrypt a slot", e);
        } finally {
            Wipe.bytes(payload);
        }
        return file.toByteArray();
    }

    static RootKey open(byte[] file, AgeIdentity identity) throws UnsealFailed {
        var buffer = new byte[MAX_PAYLOAD_SIZE];
        byte[] payload = null;
        try (var in = new StandardDecryptingChannelFactory()
                .newDecryptingChannel(
                        Channels.newChannel(new ByteArrayInputStream(file)), List.of(identity.stanzaReader()))) {
            var into = ByteBuffer.wrap(buffer);
            while (into.hasRemaining() && in.read(into) >= 0) {}
            payload = Arrays.copyOf(buffer, into.position());
            return RootKey.decode(payload);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new UnsealFailed("the slot cannot be decrypted with this identity");
        } finally {
            Wipe.bytes(buffer);
            Wipe.bytes(payload);
        }
    }
}
