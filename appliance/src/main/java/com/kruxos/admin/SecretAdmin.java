package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.Space;
import com.kruxos.result.Result;
import com.kruxos.server.Server;
import com.kruxos.server.ServerRegistry;
import com.kruxos.vault.Lease;
import com.kruxos.vault.RejectedSecretValue;
import com.kruxos.vault.SecretInfo;
import com.kruxos.vault.SecretName;
import com.kruxos.vault.Vault;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Putting, reading, listing and deleting secrets. Every one of these is recorded, reads and lists too. */
public final class SecretAdmin {
    /** What a backup still holds, said with every deletion. */
    public static final String BACKUP_NOTE =
            "gone from the live database; a backup made earlier keeps it until that backup is pruned";

    /**
     * A value was kept.
     *
     * @param recycledServers the names of the servers that start anew to use it
     * @param warning what the person should know; absent when all is well
     */
    public record StoredSecret(
            SecretName name,
            long version,
            List<String> recycledServers,
            @Nullable String warning) {
        public StoredSecret {
            recycledServers = List.copyOf(recycledServers);
        }
    }

    private final AuditedActions actions;
    private final SpaceLookup spaceLookup;
    private final Vault vault;
    private final ServerRegistry servers;

    SecretAdmin(AuditedActions acts, AdminDependencies parts) {
        this.actions = acts;
        this.spaceLookup = new SpaceLookup(parts.spaces());
        this.vault = parts.vault();
        this.servers = parts.servers();
    }

    /** Keeps a value in place of an older one. The caller owns and wipes {@code value}. */
    public Result<StoredSecret> put(AuditPrincipal who, String space, String secret, byte[] value, boolean allowShort) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(who, "secret.put", name),
                        () -> store(name, value, allowShort),
                        kept -> Details.none()
                                .with("version", kept.version())
                                .with("recycled", kept.recycledServers())));
    }

    /** Lends a value to a person; the caller closes the lease. */
    public Result<Lease> get(AuditPrincipal who, String space, String secret) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(who, "secret.get", name),
                        () -> vault.lend(name).map(Result::done).orElseGet(() -> notFound(name)),
                        lease -> Details.none().with("version", lease.version())));
    }

    /** Which version of a secret is kept now; absent when there is none. Not recorded: nobody is shown it. */
    public Optional<Long> currentVersion(String space, String secret) {
        if (!(spaceLookup.find(space) instanceof Result.Done<Space>(var found))) {
            return Optional.empty();
        }
        return SecretUsage.parseName(found.id(), secret)
                .flatMap(name -> vault.list(found.id()).stream()
                        .filter(kept -> kept.name().equals(name))
                        .findFirst()
                        .map(SecretInfo::version));
    }

    /** The secrets of a Space by name; with {@code server}, those it may read. */
    public Result<List<SecretView>> list(AuditPrincipal who, String space, @Nullable String server) {
        return spaceLookup
                .find(space)
                .flatMap(found -> actions.perform(
                        AdminAction.of(who, "secret.list", server == null ? "all" : server)
                                .inSpace(found.id()),
                        () -> views(found, server),
                        views -> Details.none().with("items", views.size())));
    }

    public Result<Integer> delete(AuditPrincipal who, String space, String secret) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(who, "secret.delete", name),
                        () -> vault.delete(name) ? Result.done(notifyServers(name, name.key(), 1)) : notFound(name),
                        deleted -> Details.none().with("deleted", deleted)));
    }

    /** Deletes every secret of a scope; says how many there were. */
    public Result<Integer> deleteScope(AuditPrincipal who, String space, String scope) {
        return withName(
                space,
                scope + "/any",
                name -> actions.perform(
                        AdminAction.of(who, "secret.delete-scope", scope).inSpace(name.space()),
                        () -> {
                            var deleted = vault.deleteScope(name.space(), scope);
                            return deleted == 0 ? notFound(name) : Result.done(notifyServers(name, null, deleted));
                        },
                        deleted -> Details.none().with("deleted", deleted)));
    }

    private Result<StoredSecret> store(SecretName name, byte[] value, boolean allowShort) {
        try {
            var version = vault.put(name, value, allowShort);
            var recycled = servers.onSecretChanged(name.space(), name.scope(), name.key());
            return Result.done(new StoredSecret(name, version, recycled, warning(value)));
        } catch (RejectedSecretValue e) {
            return e.reason() == RejectedSecretValue.RejectionReason.UNKNOWN_SPACE
                    ? Result.notFound("there is no such Space", e.hint())
                    : Result.invalid(e.getMessage() == null ? "the value was refused" : e.getMessage(), e.hint());
        }
    }

    private static @Nullable String warning(byte[] value) {
        return value.length >= Vault.MIN_REDACTABLE_LENGTH
                ? null
                : "this value is under " + Vault.MIN_REDACTABLE_LENGTH
                        + " bytes and is not redacted from answers, errors and logs";
    }

    /** Children that were started with the old value end now, not at their next call. */
    private int notifyServers(SecretName name, @Nullable String key, int deleted) {
        servers.onSecretChanged(name.space(), name.scope(), key);
        return deleted;
    }

    private Result<List<SecretView>> views(Space space, @Nullable String server) {
        var around = servers.list(space.id());
        if (server == null) {
            return Result.done(views(space, around, view -> true));
        }
        return servers.find(space.id(), server)
                .<Result<List<SecretView>>>map(one -> Result.done(views(
                        space,
                        around,
                        view -> SecretUsage.mayRead(one, view.secret().name()))))
                .orElseGet(() -> Result.notFound(
                        "there is no such server",
                        spaceLookup.cliCommand("kruxos server list", space) + " shows them"));
    }

    private List<SecretView> views(Space space, List<Server> around, Predicate<SecretView> wanted) {
        return vault.list(space.id()).stream()
                .map(secret -> new SecretView(
                        secret,
                        around.stream()
                                .filter(server -> SecretUsage.mayRead(server, secret.name()))
                                .map(Server::name)
                                .sorted()
                                .toList()))
                .filter(wanted)
                .toList();
    }

    private <T> Result<T> withName(String space, String secret, Function<SecretName, Result<T>> then) {
        return spaceLookup
                .find(space)
                .flatMap(found -> SecretUsage.parseName(found.id(), secret)
                        .map(then)
                        .orElseGet(() -> Result.invalid(
                                "that is not the name of a secret",
                                "SCOPE/KEY: each 1 to 64 letters, digits, dots, underscores or hyphens")));
    }

    private static AdminAction action(AuditPrincipal who, String action, SecretName name) {
        return AdminAction.of(who, action, name.name()).inSpace(name.space());
    }

    private static <T> Result<T> notFound(SecretName name) {
        return Result.notFound(
                "there is no secret " + name.name(), "kruxos secret list shows the names that are there");
    }
}
