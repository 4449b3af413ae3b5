package com.kruxos.tokenapi;

import com.kruxos.admin.Acts;
import com.kruxos.audit.CannotRecord;
import com.kruxos.audit.Principal;
import com.kruxos.identity.UserTokens;
import com.kruxos.web.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says who is at the door, and turns away who may not come in. Refusals are recorded. */
final class Guard {
    private static final String BEARER = "bearer ";

    private final UserTokens tokens;
    private final Acts acts;

    /** Root and the service's own user. */
    private final Set<UserPrincipal> trusted;

    Guard(UserTokens tokens, Acts acts, Set<UserPrincipal> trusted) {
        this.tokens = tokens;
        this.acts = acts;
        this.trusted = Set.copyOf(trusted);
    }

    /**
     * Who asks.
     *
     * @param peer who the kernel says it is
     * @param authorization the values of all {@code Authorization} headers: when there is one, only it counts
     * @param asked method and path, for the record
     */
    Caller admit(Optional<UserPrincipal> peer, List<String> authorization, String asked) {
        var user = peer.filter(trusted::contains).orElseThrow(() -> {
            var name = peer.map(UserPrincipal::getName).orElse("unknown");
            record(Caller.stranger(name), asked, "not our user");
            return new Unacceptable(Problem.forbidden(
                    "this socket is for root and for the user the appliance runs as",
                    "use sudo, or ask for a user token"));
        });
        if (authorization.isEmpty()) {
            return Caller.local(user);
        }
        return token(authorization).orElseThrow(() -> {
            record(Caller.stranger(user.getName()), asked, "no user token that counts");
            return new Unacceptable(Problem.unauthenticated());
        });
    }

    /** Whether the caller has the scope the route needs. */
    void check(Caller caller, Route route) {
        if (!caller.may(route.scope())) {
            record(
                    caller.who(),
                    route.method() + " " + route.path(),
                    "needs scope " + route.scope().text());
            throw new Unacceptable(Problem.forbidden(
                    "this user token lacks the scope " + route.scope().text(),
                    "make one that has it: kruxos user-token create --label … --scope "
                            + route.scope().text()));
        }
    }

    private Optional<Caller> token(List<String> authorization) {
        var header = authorization.getFirst();
        if (authorization.size() > 1 || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        var presented = header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        try {
            return tokens.authenticate(presented).map(Caller::user);
        } finally {
            Arrays.fill(presented, (byte) 0);
        }
    }

    private void record(Principal who, String asked, String reason) {
        try {
            acts.refused(who, asked, reason);
        } catch (CannotRecord e) {
            // It is refused all the same; health says that nothing can be written.
        }
    }
}
