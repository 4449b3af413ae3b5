package com.kruxos.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Splits a JSON-RPC batch, which servers of protocol version 2025-03-26 may send. */
final class BatchSplitter {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int MAX_MESSAGES = 1_000;

    private BatchSplitter() {}

    /** The bytes of each element; empty when this is no array of objects, or has too many. */
    static List<byte[]> split(byte[] array) {
        var elements = new ArrayList<byte[]>();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), array)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return List.of();
            }
            while (parser.nextToken() == JsonToken.START_OBJECT && elements.size() < MAX_MESSAGES) {
                var from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                elements.add(Arrays.copyOfRange(
                        array, from, (int) parser.currentLocation().getByteOffset()));
            }
            return parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null ? elements : List.of();
        } catch (JacksonException e) {
            return List.of();
        }
    }
}
