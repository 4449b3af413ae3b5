package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/**
 * What of a message's {@code params} we must know to route it; each with its place, so that it can be exchanged.
 *
 * @param span the whole object; absent when the message has no params
 * @param name the target: {@code name} of a tool
 * @param nameSpan where the target stands
 * @param progressToken {@code _meta.progressToken} of a request, {@code progressToken} of a progress notification
 * @param progressTokenSpan where the token stands
 * @param requestId {@code requestId} of a cancellation
 * @param requestIdSpan where it stands
 * @param cursor {@code cursor} of a list request
 * @param argumentsSpan where {@code arguments} stand
 * @param uri the target: {@code uri} of a resource
 * @param uriSpan where it stands
 * @param ref {@code ref} of a completion; absent when it is neither one prompt nor one resource
 * @param level {@code level} of a log setting or a log message
 */
public record Params(
        @Nullable ByteRange span,
        @Nullable String name,
        @Nullable ByteRange nameSpan,
        @Nullable JsonRpcId progressToken,
        @Nullable ByteRange progressTokenSpan,
        @Nullable JsonRpcId requestId,
        @Nullable ByteRange requestIdSpan,
        @Nullable String cursor,
        @Nullable ByteRange argumentsSpan,
        @Nullable String uri,
        @Nullable ByteRange uriSpan,
        @Nullable CompletionRef ref,
        @Nullable String level) {
    /** The prompt or template that a completion is for; null when there is none, or it is ambiguous. */
    @Nullable
    String refTarget() {
        return ref == null ? null : ref.target();
    }

    static final Params NONE = new Params(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * What a completion is for; there is none where a message leaves open which of the two it means.
     *
     * @param kind a prompt or a template
     * @param target the prompt's name, or the template's URI
     * @param targetSpan where the text stands
     */
    public record CompletionRef(FeatureKind kind, String target, ByteRange targetSpan) {}
}
