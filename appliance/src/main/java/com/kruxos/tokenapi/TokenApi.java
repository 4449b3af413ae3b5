package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.identity.LoginThrottle;
import com.kruxos.identity.UserTokens;
import com.kruxos.os.SystemInfo;
import com.kruxos.store.Database;
import com.kruxos.web.LoopbackDoor;
import com.kruxos.web.Peer;
import com.kruxos.web.SocketPlace;
import com.kruxos.web.UnixDoor;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API of people and their tools, on a home's admin socket and on a port of this machine. */
public final class TokenApi implements AutoCloseable {
    /** Refusals that are held back at once; one more is hung up on. */
    private static final int MOST_WAITING = 64;

    private final Path home;
    private final Path socket;
    private final UnixDoor door;
    private final @Nullable LoopbackDoor port;

    private TokenApi(Path home, Path socket, UnixDoor door, @Nullable LoopbackDoor port) {
        this.home = home;
        this.socket = socket;
        this.door = door;
        this.port = port;
    }

    /**
     * Opens {@code run/admin.sock} in {@code home}, or a short path that {@code run/admin.sock.path} then names, and
     * answers on {@code port}. Both answer when this returns.
     *
     * @param database where keys of requests that create something are kept
     * @param port bound already; closed with this
     * @throws com.kruxos.web.CannotListen when another process answers there, or the socket cannot be made
     */
    public static TokenApi start(
            Path home, Admin admin, UserTokens tokens, Database database, InstantSource clock, LoopbackDoor port) {
        return start(
                home,
                house(admin, database, clock),
                tokens,
                port,
                Patience.of(MOST_WAITING),
                System.getenv(),
                trusted());
    }

    static TokenApi start(
            Path home,
            House house,
            UserTokens tokens,
            @Nullable LoopbackDoor port,
            Patience patience,
            Map<String, String> environment,
            Set<UserPrincipal> trusted) {
        var socket = SocketPlace.prepare(home, environment);
        var local = new Door(new SocketGuard(tokens, house.refusals(), trusted), house, patience);
        var api = new TokenApi(home, socket, UnixDoor.open(socket, local), port);
        if (port != null) {
            var guard = new PortGuard(tokens, house.refusals(), new LoginThrottle(PortGuard.PACE, house.clock()));
            port.serve(new Door(guard, house, patience));
        }
        return api;
    }

    static House house(Admin admin, Database database, InstantSource clock) {
        return new House(
                Routes.table(admin),
                new Refusals(admin.acts(), clock),
                new Conditions(),
                new Replays(new ReplayTable(database, ReplayTable.MOST), admin.audit()::digest),
                clock);
    }

    /** Where it listens for this home's own people. */
    public Path socket() {
        return socket;
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
        }
        door.close();
        SocketPlace.forget(home);
    }

    static Set<UserPrincipal> trusted() {
        var own = SystemInfo.effectiveUserId();
        return own == 0 ? Set.of(Peer.user(0)) : Set.of(Peer.user(0), Peer.user(own));
    }
}
