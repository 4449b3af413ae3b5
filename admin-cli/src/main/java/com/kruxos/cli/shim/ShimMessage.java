package com.kruxos.cli.shim;

import com.kruxos.cli.json.ByteSpan;
import com.kruxos.cli.json.InvalidJson;
import com.kruxos.cli.json.JsonMember;
import com.kruxos.cli.json.JsonScanner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What there is to know of a JSON-RPC message on its way; the rest is not looked at. */
final class ShimMessage {
    private final JsonScanner spans;
    private final Map<String, ByteSpan> members = new HashMap<>();

    private ShimMessage(JsonScanner spans, List<JsonMember> members) {
        this.spans = spans;
        members.forEach(member -> this.members.put(member.name(), member.value()));
    }

    /** Empty when it is no JSON object: then it is for the gateway to say so. */
    static Optional<ShimMessage> parse(byte[] message) {
        var spans = JsonScanner.strict(message);
        try {
            return Optional.of(new ShimMessage(spans, spans.members(spans.root().start())));
        } catch (InvalidJson e) {
            return Optional.empty();
        }
    }

    /** Of a message's beginning: the members that came whole. */
    static ShimMessage parsePrefix(byte[] message) {
        var spans = JsonScanner.strict(message);
        return new ShimMessage(spans, spans.completeMembers(spans.skipSpace(0)));
    }

    /** As it is written; empty when there is none, or null. */
    Optional<String> id() {
        return Optional.ofNullable(members.get("id")).map(spans::raw).filter(id -> !id.equals("null"));
    }

    /** Empty in an answer. */
    Optional<String> method() {
        return Optional.ofNullable(members.get("method")).map(spans::string);
    }

    boolean isRequest() {
        return method().isPresent() && id().isPresent();
    }

    boolean isResponse() {
        return method().isEmpty() && (members.containsKey("result") || members.containsKey("error"));
    }

    boolean isError() {
        return members.containsKey("error");
    }

    /** The text at {@code params.name}, or empty. */
    String toolName() {
        return nestedMember("params", "name").map(spans::string).orElse("");
    }

    /** Where the list of tools is in an answer. */
    Optional<ByteSpan> tools() {
        return nestedMember("result", "tools").filter(span -> spans.byteAt(span.start()) == '[');
    }

    List<ByteSpan> elements(ByteSpan list) {
        return spans.elements(list.start());
    }

    String nameMember(ByteSpan object) {
        return spans.members(object.start()).stream()
                .filter(member -> member.name().equals("name"))
                .map(member -> spans.string(member.value()))
                .findFirst()
                .orElse("");
    }

    private Optional<ByteSpan> nestedMember(String outer, String inner) {
        return Optional.ofNullable(members.get(outer))
                .flatMap(span -> spans.members(span.start()).stream()
                        .filter(member -> member.name().equals(inner))
                        .map(JsonMember::value)
                        .findFirst());
    }
}
