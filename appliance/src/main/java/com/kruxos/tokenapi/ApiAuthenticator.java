package com.kruxos.tokenapi;

import com.kruxos.identity.UserToken;
import com.kruxos.identity.UserTokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** Authenticates the requests of one listener. Refusals are audited. */
interface ApiAuthenticator {
    /**
     * The caller of a request.
     *
     * @param operation method and path, for the audit log
     * @throws com.kruxos.web.http.ProblemException 401 or 403 if the caller is not accepted
     */
    ApiCaller authenticate(Request request, String operation);

    /** Rejects peers that may not use this listener at all, not even its public routes. */
    void requireAllowedPeer(Request request, String operation);

    /** The valid user token in these {@code Authorization} headers; empty if there is none or more than one header. */
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
