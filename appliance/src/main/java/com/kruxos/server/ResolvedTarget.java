package com.kruxos.server;

import com.kruxos.rpc.ByteRange;
import org.jspecify.annotations.Nullable;

/**
 * What a request is aimed at.
 *
 * @param serverId the server's id
 * @param serverName its name
 * @param upstreamName what the server itself calls the target
 * @param nameSpan where the request names it, to be exchanged for {@code name}; absent where it stays as it is
 */
public record ResolvedTarget(
        String serverId,
        String serverName,
        String upstreamName,
        @Nullable ByteRange nameSpan) {
    static ResolvedTarget of(Feature feature, @Nullable ByteRange at) {
        return new ResolvedTarget(feature.serverId(), feature.serverName(), feature.upstreamName(), at);
    }
}
