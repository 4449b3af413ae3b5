package com.kruxos.server;

import com.kruxos.rpc.ByteRange;
import org.jspecify.annotations.Nullable;

/**
 * The server that a request is for.
 *
 * @param serverId the id of the server
 * @param serverName its name
 * @param upstreamName what the server itself calls the tool, prompt or resource
 * @param nameSpan where the request names it, so that it can be replaced by {@code upstreamName}; absent when the name
 *     stays as it is
 */
public record ResolvedTarget(
        String serverId,
        String serverName,
        String upstreamName,
        @Nullable ByteRange nameSpan) {
    static ResolvedTarget of(Feature feature, @Nullable ByteRange nameSpan) {
        return new ResolvedTarget(feature.serverId(), feature.serverName(), feature.upstreamName(), nameSpan);
    }
}
