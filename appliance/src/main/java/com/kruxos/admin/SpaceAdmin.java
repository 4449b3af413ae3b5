package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.Agents;
import com.kruxos.identity.Space;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import com.kruxos.server.Server;
import com.kruxos.session.Sessions;
import com.kruxos.vault.Vault;
import java.util.List;

/** Making, showing and deleting Spaces. */
public final class SpaceAdmin {
    /** How much went with a Space. */
    public record Deleted(int agents, int servers, int secrets) {}

    private final Acts acts;
    private final Spaces spaces;
    private final Rooms rooms;
    private final Agents agents;
    private final Sessions sessions;
    private final ServerShelf servers;
    private final Vault vault;

    SpaceAdmin(Acts acts, Parts parts) {
        this.acts = acts;
        this.spaces = parts.spaces();
        this.rooms = new Rooms(spaces);
        this.agents = parts.agents();
        this.sessions = parts.sessions();
        this.servers = parts.servers();
        this.vault = parts.vault();
    }

    public List<SpaceView> list() {
        return spaces.list().stream().map(this::view).toList();
    }

    public Result<SpaceView> show(String nameOrId) {
        return rooms.find(nameOrId).map(this::view);
    }

    /** Makes a Space with a key of its own in the vault. */
    public Result<SpaceView> create(AuditPrincipal who, String name) {
        return acts.perform(
                Act.of(who, "space.create", name),
                () -> spaces.create(name).map(this::furnish).map(this::view),
                made -> Details.none().with("id", made.space().id()));
    }

    /**
     * Deletes a Space with everything in it: agents and their sessions first, so that nobody is left who could call,
     * then servers and what they run, then the keys of its secrets. Every step can be repeated after a crash.
     */
    public Result<Deleted> delete(AuditPrincipal who, String nameOrId) {
        return rooms.find(nameOrId)
                .flatMap(space -> acts.perform(
                        Act.of(who, "space.delete", space.id())
                                .in(space.id())
                                .saying(Details.none().with("name", space.name())),
                        () -> clear(space),
                        gone -> Details.none()
                                .with("agents", gone.agents())
                                .with("servers", gone.servers())
                                .with("secrets", gone.secrets())));
    }

    private Result<Deleted> clear(Space space) {
        var leaving = agents.removeAll(space.id());
        leaving.forEach(agent -> sessions.endAgent(agent, "its Space was deleted"));
        var stopping = servers.list(space.id());
        stopping.stream().map(Server::id).forEach(servers::remove);
        var secrets = vault.destroySpace(space.id());
        return spaces.delete(space.id()).map(gone -> new Deleted(leaving.size(), stopping.size(), secrets));
    }

    private Space furnish(Space space) {
        try {
            vault.createSpace(space.id());
            return space;
        } catch (RuntimeException e) {
            // A Space without a key could keep no secret: better none at all.
            spaces.delete(space.id());
            throw e;
        }
    }

    private SpaceView view(Space space) {
        return new SpaceView(
                space,
                agents.list(space.id()).size(),
                servers.list(space.id()).size(),
                vault.list(space.id()).size());
    }
}
