package com.kruxos.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vector files define the format. An independent program generated them, and {@code docs/wire/open_vault.py} reads
 * the same files.
 */
class VaultVectorsTest {
    /** The reasons in the files, and patterns of the messages. */
    private static final Map<String, String> MESSAGE_PATTERNS = Map.of(
            "refused commitment", "commitment",
            "refused tag", "tag",
            "refused padding", "inside|padding");

    static Stream<VaultVectors> records() {
        return Stream.of("records.txt", "records-refused.txt")
                .flatMap(file -> VaultVectors.of("vectors/" + file).stream());
    }

    static List<VaultVectors> spaceKeys() {
        return VaultVectors.of("vectors/space-keys.txt");
    }

    static List<VaultVectors> slots() {
        return VaultVectors.of("vectors/slots.txt");
    }

    /**
     * Fails without the context in {@code RecordSeal.derive} (moved records can be decrypted), without the comparison
     * of the commitment in {@code RecordSeal.open} (the reason becomes the tag), or after any change of the encoding.
     */
    @ParameterizedTest
    @MethodSource("records")
    void recordsOpenAsTheVectorsState(VaultVectors vector) throws UnsealFailed {
        if (vector.get("expect").equals("opens")) {
            assertThat(RecordSeal.open(vector.hex("space-key"), vector.context(), vector.sealed()))
                    .isEqualTo(vector.hex("value"));
            assertThat(vector.context().encode()).isEqualTo(vector.hex("context"));
        } else {
            assertThatThrownBy(() -> RecordSeal.open(vector.hex("space-key"), vector.context(), vector.sealed()))
                    .isInstanceOf(UnsealFailed.class)
                    .message()
                    .containsPattern(MESSAGE_PATTERNS.get(vector.get("expect")));
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void sealingProducesTheBytesOfTheVectors(VaultVectors vector) {
        if (vector.get("expect").equals("opens")) {
            var sealed = RecordSeal.seal(
                    vector.hex("space-key"),
                    vector.context(),
                    vector.hex("value"),
                    vector.hex("salt"),
                    vector.hex("nonce"));
            assertThat(sealed.commitment).isEqualTo(vector.hex("commitment"));
            assertThat(sealed.ciphertext).isEqualTo(vector.hex("ciphertext"));
        }
    }

    /** Fails without the associated data in {@code SpaceKeyWrap.unwrap}. */
    @ParameterizedTest
    @MethodSource("spaceKeys")
    void spaceKeysUnwrapAsTheVectorsState(VaultVectors vector) throws UnsealFailed {
        if (vector.get("expect").equals("opens")) {
            assertThat(unwrap(vector)).isEqualTo(vector.hex("space-key"));
            assertThat(SpaceKeyWrap.wrap(
                            vector.hex("root-key"),
                            vector.hex("root-id"),
                            vector.get("space"),
                            vector.number("epoch"),
                            vector.hex("nonce"),
                            vector.hex("space-key")))
                    .isEqualTo(vector.hex("wrapped"));
        } else {
            assertThatThrownBy(() -> unwrap(vector)).isInstanceOf(UnsealFailed.class);
        }
    }

    @ParameterizedTest
    @MethodSource("slots")
    void slotPayloadsDecodeAsTheVectorsState(VaultVectors vector) throws UnsealFailed {
        if (vector.get("expect").equals("opens")) {
            try (var root = RootKey.decode(vector.hex("payload"))) {
                assertThat(root.id()).isEqualTo(vector.hex("root-id"));
                assertThat(root.key()).isEqualTo(vector.hex("root-key"));
                assertThat(root.encode()).isEqualTo(vector.hex("payload"));
            }
        } else {
            assertThatThrownBy(() -> RootKey.decode(vector.hex("payload"))).isInstanceOf(UnsealFailed.class);
        }
    }

    @Test
    void aSlotWrittenByTheAgeProgramOpens() throws UnsealFailed {
        var vector = VaultVectors.of("age/slot.txt").getFirst();
        try (var identity = AgeIdentity.parse(vector.get("identity").getBytes(StandardCharsets.US_ASCII));
                var root = AgeSlot.open(vector.hex("file"), identity)) {
            assertThat(identity.recipient()).isEqualTo(vector.get("recipient"));
            assertThat(root.id()).isEqualTo(vector.hex("root-id"));
            assertThat(root.key()).isEqualTo(vector.hex("root-key"));
        }
    }

    /** Fails with a fixed salt in {@code RecordSeal.seal}. */
    @Test
    void sealingTheSameValueTwiceGivesDifferentBytes() {
        var place = new RecordContext("s", "space", "a/b", 1, 1);
        var one = RecordSeal.seal(new byte[32], place, new byte[20]);
        var two = RecordSeal.seal(new byte[32], place, new byte[20]);
        assertThat(one.salt).isNotEqualTo(two.salt);
        assertThat(one.nonce).isNotEqualTo(two.nonce);
        assertThat(one.commitment).isNotEqualTo(two.commitment);
        assertThat(one.ciphertext).isNotEqualTo(two.ciphertext);
    }

    private static byte[] unwrap(VaultVectors vector) throws UnsealFailed {
        return SpaceKeyWrap.unwrap(
                vector.hex("root-key"),
                vector.hex("root-id"),
                vector.get("space"),
                vector.number("epoch"),
                vector.hex("nonce"),
                vector.hex("wrapped"));
    }
}
