package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/**
 * What of a message's {@code params} we must know to route it; each with its place, so that it can be exchanged.
 *
 * @param at the whole object; absent when the message has no params
 * @param name the target: {@code name} of a tool
 * @param nameAt where the target stands
 * @param progressToken {@code _meta.progressToken} of a request, {@code progressToken} of a progress notification
 * @param tokenAt where the token stands
 * @param requestId {@code requestId} of a cancellation
 * @param requestIdAt where it stands
 * @param cursor {@code cursor} of a list request
 * @param arguments where {@code arguments} stand
 * @param uri the target: {@code uri} of a resource
 * @param uriAt where it stands
 * @param ref {@code ref} of a completion; absent when it is neither one prompt nor one resource
 * @param level {@code level} of a log setting or a log message
 */
public record Params(
        @Nullable Span at,
        @Nullable String name,
        @Nullable Span nameAt,
        @Nullable Id progressToken,
        @Nullable Span tokenAt,
        @Nullable Id requestId,
        @Nullable Span requestIdAt,
        @Nullable String cursor,
        @Nullable Span arguments,
        @Nullable String uri,
        @Nullable Span uriAt,
        @Nullable Ref ref,
        @Nullable String level) {
    static final Params NONE = new Params(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * What a completion is for; there is none where a message leaves open which of the two it means.
     *
     * @param kind a prompt or a template
     * @param text the prompt's name, or the template's URI
     * @param at where the text stands
     */
    public record Ref(Kind kind, String text, Span at) {}
}
