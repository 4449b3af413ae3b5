package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The reader accepts exactly what the writer writes. */
class CanonicalJsonReaderTest {
    // The oracle: read, write again, compare. Random changes of real leaves reach every rejection in the reader;
    // whatever it still accepts must be canonical.
    @Test
    void acceptedJsonIsRewrittenByteForByte() {
        var random = new Random(11);
        var accepted = 0;
        for (var vector : LeafVectors.of("leaf")) {
            var leaf = vector.get("bytes").getBytes(StandardCharsets.UTF_8);
            for (var n = 0; n < 20_000; n++) {
                var changed = mutate(leaf, random);
                try {
                    var json = new CanonicalJsonWriter(64);
                    write(json, CanonicalJsonReader.read(changed));
                    assertThat(json.copy()).isEqualTo(changed);
                    accepted++;
                } catch (MalformedLeaf e) {
                    assertThat(e.reason()).isNotEmpty();
                }
            }
        }
        assertThat(accepted).isGreaterThan(10_000);
    }

    private static byte[] mutate(byte[] leaf, Random random) {
        var changed = leaf.clone();
        var at = random.nextInt(leaf.length);
        switch (random.nextInt(4)) {
            case 0 -> changed[at] = (byte) random.nextInt(256);
            case 1 -> changed[at] = (byte) "\"\\{}[],:0-9eE.utf n\u007f".charAt(random.nextInt(20));
            case 2 -> changed = Arrays.copyOf(changed, at);
            default -> System.arraycopy(leaf, at, changed, Math.max(0, at - 1), leaf.length - at);
        }
        return changed;
    }

    private static void write(CanonicalJsonWriter json, Object value) {
        switch (value) {
            case String text -> json.string(text);
            case Long number -> json.integer(number);
            case Boolean truth -> json.raw(truth.toString().getBytes(StandardCharsets.US_ASCII));
            case List<?> list -> {
                json.raw('[');
                var comma = false;
                for (var item : list) {
                    comma = writeComma(json, comma);
                    write(json, item);
                }
                json.raw(']');
            }
            case Map<?, ?> map -> {
                json.raw('{');
                var comma = false;
                for (var member : map.entrySet().stream()
                        .sorted((a, b) -> name(a).compareTo(name(b)))
                        .toList()) {
                    comma = writeComma(json, comma);
                    json.string(name(member)).raw(':');
                    write(json, member.getValue());
                }
                json.raw('}');
            }
            default -> throw new AssertionError(value);
        }
    }

    private static boolean writeComma(CanonicalJsonWriter json, boolean before) {
        if (before) {
            json.raw(',');
        }
        return true;
    }

    private static String name(Map.Entry<?, ?> member) {
        return (String) member.getKey();
    }
}
