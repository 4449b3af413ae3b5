package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.Agents;
import com.kruxos.identity.Space;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import com.kruxos.server.Server;
import com.kruxos.server.ServerRegistry;
import com.kruxos.session.Sessions;
import com.kruxos.vault.Vault;
import java.util.List;

/** Spaces. */
public final class SpaceAdmin {
    /** What was deleted with a Space. */
    public record DeletedSpace(int agents, int servers, int secrets) {}

    private final AuditedActions actions;
    private final Spaces spaces;
    private final SpaceLookup spaceLookup;
    private final Agents agents;
    private final Sessions sessions;
    private final ServerRegistry servers;
    private final Vault vault;

    SpaceAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.spaces = dependencies.spaces();
        this.spaceLookup = new SpaceLookup(spaces);
        this.agents = dependencies.agents();
        this.sessions = dependencies.sessions();
        this.servers = dependencies.servers();
        this.vault = dependencies.vault();
    }

    public List<SpaceView> list() {
        return spaces.list().stream().map(this::view).toList();
    }

    public Result<SpaceView> show(String nameOrId) {
        return spaceLookup.find(nameOrId).map(this::view);
    }

    /** Creates a Space with its own key in the vault. */
    public Result<SpaceView> create(AuditPrincipal principal, String name) {
        return actions.perform(
                AdminAction.of(principal, "space.create", name),
                () -> spaces.create(name).map(this::createVaultKey).map(this::view),
                made -> Details.none().with("id", made.space().id()));
    }

    /**
     * Deletes a Space and its contents: agents and sessions first, so that no call can start, then servers and their
     * instances, then the keys of its secrets. Every step can be repeated after a crash.
     */
    public Result<DeletedSpace> delete(AuditPrincipal principal, String nameOrId) {
        return spaceLookup
                .find(nameOrId)
                .flatMap(space -> actions.perform(
                        AdminAction.of(principal, "space.delete", space.id())
                                .inSpace(space.id())
                                .withDetails(Details.none().with("name", space.name())),
                        () -> deleteContents(space),
                        gone -> Details.none()
                                .with("agents", gone.agents())
                                .with("servers", gone.servers())
                                .with("secrets", gone.secrets())));
    }

    private Result<DeletedSpace> deleteContents(Space space) {
        var leaving = agents.removeAll(space.id());
        leaving.forEach(agent -> sessions.endAgent(agent, "its Space was deleted"));
        var stopping = servers.list(space.id());
        stopping.stream().map(Server::id).forEach(servers::remove);
        var secrets = vault.destroySpace(space.id());
        return spaces.delete(space.id()).map(gone -> new DeletedSpace(leaving.size(), stopping.size(), secrets));
    }

    private Space createVaultKey(Space space) {
        try {
            vault.createSpace(space.id());
            return space;
        } catch (RuntimeException e) {
            // A Space without a key could not store secrets.
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
