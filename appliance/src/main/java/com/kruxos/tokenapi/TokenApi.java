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
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API of people and their tools, on a home's admin socket and on a port of this machine. */
public final class TokenApi implements AutoCloseable {
    /** Refusals that are held back at once; one more is hung up on. */
    private static final int MAX_DELAYED_RESPONSES = 64;

    private final Path home;
    private final Path socket;
    private final UnixSocketListener socketListener;
    private final @Nullable LoopbackListener portListener;

    private TokenApi(Path home, Path socket, UnixSocketListener door, @Nullable LoopbackListener port) {
        this.home = home;
        this.socket = socket;
        this.socketListener = door;
        this.portListener = port;
    }

    /**
     * Opens {@code run/admin.sock} in {@code home}, or a short path that {@code run/admin.sock.path} then names, and
     * answers on {@code port}. Both answer when this returns.
     *
     * @param database where keys of requests that create something are kept
     * @param port bound already; closed with this
     * @throws com.kruxos.web.ListenFailed when another process answers there, or the socket cannot be made
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
            ApiContext house,
            UserTokens tokens,
            @Nullable LoopbackListener port,
            ResponseDelay patience,
            Map<String, String> environment,
            Set<UserPrincipal> trusted) {
        var socket = AdminSocketPath.prepare(home, environment);
        var local = new ApiHandler(new PeerAuthenticator(tokens, house.refusalAudit(), trusted), house, patience);
        var api = new TokenApi(home, socket, UnixSocketListener.open(socket, local), port);
        if (port != null) {
            var guard = new TokenAuthenticator(
                    tokens, house.refusalAudit(), new LoginThrottle(TokenAuthenticator.THROTTLE_POLICY, house.clock()));
            port.serve(new ApiHandler(guard, house, patience));
        }
        return api;
    }

    static ApiContext createContext(Admin admin, Database database, InstantSource clock) {
        return new ApiContext(
                ApiRoutes.table(admin),
                new RefusalAudit(admin.actions(), clock),
                new ConditionalRequests(),
                new IdempotencyKeys(
                        new IdempotencyKeyStore(database, IdempotencyKeyStore.MAX_KEYS_PER_PRINCIPAL),
                        admin.audit()::digest),
                clock);
    }

    /** Where it listens for this home's own people. */
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

    static Set<UserPrincipal> trustedUsers() {
        var own = SystemInfo.effectiveUserId();
        return own == 0 ? Set.of(UnixPeer.userWithId(0)) : Set.of(UnixPeer.userWithId(0), UnixPeer.userWithId(own));
    }
}
