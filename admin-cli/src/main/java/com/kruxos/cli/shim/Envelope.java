package com.kruxos.cli.shim;

import com.kruxos.cli.spans.JsonSpans;
import com.kruxos.cli.spans.Member;
import com.kruxos.cli.spans.NotJson;
import com.kruxos.cli.spans.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What there is to know of a JSON-RPC message on its way; the rest is not looked at. */
final class Envelope {
    private final JsonSpans spans;
    private final Map<String, Span> members = new HashMap<>();

    private Envelope(JsonSpans spans, List<Member> members) {
        this.spans = spans;
        members.forEach(member -> this.members.put(member.name(), member.value()));
    }

    /** Empty when it is no JSON object: then it is for the gateway to say so. */
    static Optional<Envelope> of(byte[] message) {
        var spans = JsonSpans.strict(message);
        try {
            return Optional.of(new Envelope(spans, spans.members(spans.root().start())));
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    /** Of a message's beginning: the members that came whole. */
    static Envelope ofBeginning(byte[] message) {
        var spans = JsonSpans.strict(message);
        return new Envelope(spans, spans.wholeMembers(spans.space(0)));
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

    boolean isAnswer() {
        return method().isEmpty() && (members.containsKey("result") || members.containsKey("error"));
    }

    boolean isError() {
        return members.containsKey("error");
    }

    /** The text at {@code params.name}, or empty. */
    String targetName() {
        return inside("params", "name").map(spans::string).orElse("");
    }

    /** Where the list of tools is in an answer. */
    Optional<Span> tools() {
        return inside("result", "tools").filter(span -> spans.byteAt(span.start()) == '[');
    }

    List<Span> elements(Span list) {
        return spans.elements(list.start());
    }

    String nameOf(Span object) {
        return spans.members(object.start()).stream()
                .filter(member -> member.name().equals("name"))
                .map(member -> spans.string(member.value()))
                .findFirst()
                .orElse("");
    }

    private Optional<Span> inside(String outer, String inner) {
        return Optional.ofNullable(members.get(outer))
                .flatMap(span -> spans.members(span.start()).stream()
                        .filter(member -> member.name().equals(inner))
                        .map(Member::value)
                        .findFirst());
    }
}
