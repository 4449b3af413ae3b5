package com.kruxos.server;

import com.kruxos.rpc.Span;
import org.jspecify.annotations.Nullable;

/**
 * What a request is aimed at.
 *
 * @param server the server's id
 * @param serverName its name
 * @param name what the server itself calls the target
 * @param at where the request names it, to be exchanged for {@code name}; absent where it stays as it is
 */
public record Target(
        String server,
        String serverName,
        String name,
        @Nullable Span at) {
    static Target of(Feature feature, @Nullable Span at) {
        return new Target(feature.server(), feature.serverName(), feature.upstreamName(), at);
    }
}
