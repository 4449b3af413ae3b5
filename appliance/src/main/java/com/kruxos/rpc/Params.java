package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/**
 * The members of {@code params} that the gateway uses, with their spans so that they can be replaced.
 *
 * @param span the whole object; absent without params
 * @param name the name of a tool or prompt
 * @param progressToken of a request ({@code _meta.progressToken}) or of a progress notification
 * @param requestId of a cancellation
 * @param cursor of a list request
 * @param uri the URI of a resource
 * @param ref of a completion; absent when it is neither a prompt nor a resource
 * @param level of a log setting or a log message
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
    static final Params NONE = new Params(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * What a completion is for.
     *
     * @param kind PROMPT or TEMPLATE
     * @param target the name of the prompt, or the URI of the template
     */
    public record CompletionRef(FeatureKind kind, String target, ByteRange targetSpan) {}
}
