package com.kruxos.cli.shim;

import com.kruxos.cli.json.InvalidJson;
import com.kruxos.cli.json.JsonDocument;
import com.kruxos.cli.json.JsonElement;
import java.util.Optional;

/** The members of a JSON-RPC message that the shim routes by. */
final class ShimMessage {
    /** Levels down to {@code result.tools[].name}. */
    private static final int DEPTH = 4;

    private final JsonDocument document;

    private ShimMessage(JsonDocument document) {
        this.document = document;
    }

    /** Empty when the message is not JSON: the gateway answers it with an error. */
    static Optional<ShimMessage> parse(byte[] message) {
        try {
            return Optional.of(new ShimMessage(JsonDocument.strict(message, DEPTH)));
        } catch (InvalidJson e) {
            return Optional.empty();
        }
    }

    /** From the first part of a message: the members that are complete. */
    static ShimMessage parsePrefix(byte[] message) {
        return new ShimMessage(JsonDocument.truncated(message));
    }

    /** The id as it is written; empty when it is missing or null. */
    Optional<String> id() {
        return member("id").map(document::raw).filter(id -> !id.equals("null"));
    }

    /** Empty in a response. */
    Optional<String> method() {
        return member("method").map(document::string);
    }

    boolean isRequest() {
        return method().isPresent() && id().isPresent();
    }

    boolean isResponse() {
        return method().isEmpty() && (member("result").isPresent() || isError());
    }

    boolean isError() {
        return member("error").isPresent();
    }

    /** {@code params.name}, or empty. */
    String toolName() {
        return member("params").map(this::nameMember).orElse("");
    }

    /** The array {@code result.tools} of a response. */
    Optional<JsonElement> tools() {
        return member("result")
                .flatMap(result -> document.member(result, "tools"))
                .filter(document::isArray);
    }

    String nameMember(JsonElement object) {
        return document.member(object, "name").map(document::string).orElse("");
    }

    private Optional<JsonElement> member(String name) {
        return document.member(document.root(), name);
    }
}
