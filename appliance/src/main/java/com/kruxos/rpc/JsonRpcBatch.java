package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** Several messages in one JSON array, as protocol version 2025-03-26 allows. */
public final class JsonRpcBatch {
    private JsonRpcBatch() {}

    /** Whether the first character is that of an array. */
    public static boolean looksLikeArray(byte[] bytes) {
        for (var b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '[';
            }
        }
        return false;
    }

    /**
     * The bytes of each element; absent when this is not an array, is invalid or empty, or has more than {@code limit}.
     */
    public static Optional<List<byte[]>> split(byte[] bytes, int limit) {
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
                if (elements.size() > limit) {
                    return Optional.empty();
                }
            }
            return parser.nextToken() == null && !elements.isEmpty() ? Optional.of(elements) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
