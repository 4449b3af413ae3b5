package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.identity.LoginThrottle;
import com.kruxos.identity.UserTokens;
import com.kruxos.os.SystemInfo;
import com.kruxos.store.Database;
import com.kruxos.web.AdminSocketPath;
import com.kruxos.web.LoopbackListener;
import com.kruxos.web.UnixPeer;
import com.kruxos.web.UnixSocketListener;
import com.kruxos.web.http.ConditionalRequests;
import com.kruxos.web.http.Router;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The management API, on the admin socket of a home and on a loopback port. */
public final class TokenApi implements AutoCloseable {
    /** The connection of a further one is closed. */
    private static final int MAX_DELAYED_RESPONSES = 64;

    private final Path home;
    private final Path socket;
    private final UnixSocketListener socketListener;
    private final @Nullable LoopbackListener portListener;

    private TokenApi(
            Path home, Path socket, UnixSocketListener socketListener, @Nullable LoopbackListener portListener) {
        this.home = home;
        this.socket = socket;
        this.socketListener = socketListener;
        this.portListener = portListener;
    }

    /**
     * Opens the admin socket at {@link AdminSocketPath} and serves the API there and on {@code port}.
     *
     * @param database stores idempotency keys
     * @param port bound already; closed with this
     * @throws com.kruxos.web.ListenFailed if another process listens on the socket, or it cannot be created
     */
    public static TokenApi start(
            Path home, Admin admin, UserTokens tokens, Database database, InstantSource clock, LoopbackListener port) {
        return start(
                home,
                createContext(admin, database, clock),
                tokens,
                port,
                ResponseDelay.limitedTo(MAX_DELAYED_RESPONSES),
                System.getenv(),
                trustedUsers());
    }

    static TokenApi start(
            Path home,
            ApiContext context,
            UserTokens tokens,
            @Nullable LoopbackListener port,
            ResponseDelay responseDelay,
            Map<String, String> environment,
            Set<UserPrincipal> trustedUsers) {
        var socket = AdminSocketPath.prepare(home, environment);
        var socketHandler = new ApiHandler(
                new PeerAuthenticator(tokens, context.refusalAudit(), trustedUsers), context, responseDelay);
        var api = new TokenApi(home, socket, UnixSocketListener.open(socket, socketHandler), port);
        if (port != null) {
            var authenticator = new TokenAuthenticator(
                    tokens,
                    context.refusalAudit(),
                    new LoginThrottle(TokenAuthenticator.THROTTLE_POLICY, context.clock()));
            port.serve(new ApiHandler(authenticator, context, responseDelay));
        }
        return api;
    }

    static ApiContext createContext(Admin admin, Database database, InstantSource clock) {
        return new ApiContext(
                new Router<>(ApiRoutes.table(admin)),
                new RefusalAudit(admin.actions(), clock),
                new ConditionalRequests(),
                new IdempotencyKeys(
                        new IdempotencyKeyStore(database, IdempotencyKeyStore.MAX_KEYS_PER_PRINCIPAL),
                        admin.audit()::digest),
                clock);
    }

    /** The path of the admin socket. */
    public Path socket() {
        return socket;
    }

    @Override
    public void close() {
        if (portListener != null) {
            portListener.close();
        }
        socketListener.close();
        AdminSocketPath.removeTemporaryDirectory(home);
    }

    /** Root and the user the appliance runs as. */
    static Set<UserPrincipal> trustedUsers() {
        var own = SystemInfo.effectiveUserId();
        return own == 0 ? Set.of(UnixPeer.userWithId(0)) : Set.of(UnixPeer.userWithId(0), UnixPeer.userWithId(own));
    }
}
