package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** Several messages in one array, as protocol version 2025-03-26 allows; each is read like one that came alone. */
public final class JsonRpcBatch {
    private JsonRpcBatch() {}

    /** Whether bytes begin like an array. */
    public static boolean looksLikeArray(byte[] bytes) {
        for (var b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '[';
            }
        }
        return false;
    }

    /** The elements' bytes; absent when this is no array, is broken, is empty or has more than {@code most}. */
    public static Optional<List<byte[]>> split(byte[] bytes, int most) {
        var elements = new ArrayList<byte[]>();
        try (var parser = JsonRpcReader.STRICT.createParser(ObjectReadContext.empty(), bytes)) {
            if (!Utf8.isValid(bytes) || parser.nextToken() != JsonToken.START_ARRAY) {
                return Optional.empty();
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                var from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                elements.add(Arrays.copyOfRange(
                        bytes, from, (int) parser.currentLocation().getByteOffset()));
                if (elements.size() > most) {
                    return Optional.empty();
                }
            }
            return parser.nextToken() == null && !elements.isEmpty() ? Optional.of(elements) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
