package com.kruxos.tokenapi;

import com.kruxos.identity.UserToken;
import com.kruxos.identity.UserTokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** Says who is at a door, and turns away who may not come in. Refusals are recorded. */
interface ApiAuthenticator {
    /**
     * Who asks.
     *
     * @param asked method and path, for the record
     * @throws ProblemException when they may not come in
     */
    ApiCaller authenticate(Request request, String asked);

    /** Turns away whom this door is not for at all; asked before what needs no credential. */
    void requireAllowedPeer(Request request, String asked);

    /** The user token these {@code Authorization} headers show, if there is one of them and it counts now. */
    static Optional<UserToken> findToken(List<String> authorization, UserTokens tokens) {
        var bearer = "bearer ";
        if (authorization.size() != 1 || !authorization.getFirst().regionMatches(true, 0, bearer, 0, bearer.length())) {
            return Optional.empty();
        }
        var presented =
                authorization.getFirst().substring(bearer.length()).strip().getBytes(StandardCharsets.UTF_8);
        try {
            return tokens.authenticate(presented);
        } finally {
            Arrays.fill(presented, (byte) 0);
        }
    }
}
