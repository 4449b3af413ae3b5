package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.host.OwnUser;
import com.kruxos.identity.UserTokens;
import com.kruxos.web.Peer;
import com.kruxos.web.SocketPlace;
import com.kruxos.web.UnixDoor;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** The API of people and their tools, on a home's admin socket. */
public final class TokenApi implements AutoCloseable {
    private final Path home;
    private final Path socket;
    private final UnixDoor door;

    private TokenApi(Path home, Path socket, UnixDoor door) {
        this.home = home;
        this.socket = socket;
        this.door = door;
    }

    /**
     * Opens {@code run/admin.sock} in {@code home}, or a short path that {@code run/admin.sock.path} then names. It
     * answers when this returns.
     *
     * @throws com.kruxos.web.CannotListen when another process answers there, or the socket cannot be made
     */
    public static TokenApi start(Path home, Admin admin, UserTokens tokens, InstantSource clock) {
        return start(home, admin, tokens, clock, System.getenv(), trusted());
    }

    static TokenApi start(
            Path home,
            Admin admin,
            UserTokens tokens,
            InstantSource clock,
            Map<String, String> environment,
            Set<UserPrincipal> trusted) {
        var socket = SocketPlace.prepare(home, environment);
        var guard = new Guard(tokens, admin.acts(), trusted);
        var door = UnixDoor.open(socket, new Door(guard, Routes.table(admin), clock));
        return new TokenApi(home, socket, door);
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    @Override
    public void close() {
        door.close();
        SocketPlace.forget(home);
    }

    static Set<UserPrincipal> trusted() {
        var own = OwnUser.id();
        return own == 0 ? Set.of(Peer.user(0)) : Set.of(Peer.user(0), Peer.user(own));
    }
}
