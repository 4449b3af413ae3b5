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

/** Secrets. Reads and lists are recorded, too. */
public final class SecretAdmin {
    /** Returned with every deletion. */
    public static final String BACKUP_NOTE =
            "deleted from the live database; older backups keep it until they are pruned";

    /**
     * A value was stored.
     *
     * @param recycledServers the names of the servers that restart to use it
     * @param warning a warning for the user, if any
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

    SecretAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.spaceLookup = new SpaceLookup(dependencies.spaces());
        this.vault = dependencies.vault();
        this.servers = dependencies.servers();
    }

    /** Stores a value, replacing an older one. The caller owns and wipes {@code value}. */
    public Result<StoredSecret> put(
            AuditPrincipal principal, String space, String secret, byte[] value, boolean allowShort) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(principal, "secret.put", name),
                        () -> store(name, value, allowShort),
                        kept -> Details.none()
                                .with("version", kept.version())
                                .with("recycled", kept.recycledServers())));
    }

    /** Lends a value; the caller closes the lease. */
    public Result<Lease> get(AuditPrincipal principal, String space, String secret) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(principal, "secret.get", name),
                        () -> vault.lend(name).map(Result::done).orElseGet(() -> notFound(name)),
                        lease -> Details.none().with("version", lease.version())));
    }

    /** The current version of a secret. Not recorded: it is only compared with an ETag. */
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

    /** Sorted by name; with {@code server}, only those it may read. */
    public Result<List<SecretView>> list(AuditPrincipal principal, String space, @Nullable String server) {
        return spaceLookup
                .find(space)
                .flatMap(found -> actions.perform(
                        AdminAction.of(principal, "secret.list", server == null ? "all" : server)
                                .inSpace(found.id()),
                        () -> views(found, server),
                        views -> Details.none().with("items", views.size())));
    }

    public Result<Integer> delete(AuditPrincipal principal, String space, String secret) {
        return withName(
                space,
                secret,
                name -> actions.perform(
                        action(principal, "secret.delete", name),
                        () -> vault.delete(name) ? Result.done(notifyServers(name, name.key(), 1)) : notFound(name),
                        deleted -> Details.none().with("deleted", deleted)));
    }

    /** Deletes every secret of a scope; returns their number. */
    public Result<Integer> deleteScope(AuditPrincipal principal, String space, String scope) {
        return withName(
                space,
                scope + "/any",
                name -> actions.perform(
                        AdminAction.of(principal, "secret.delete-scope", scope).inSpace(name.space()),
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
                : "this value is shorter than " + Vault.MIN_REDACTABLE_LENGTH
                        + " bytes and is not redacted from results, errors and logs";
    }

    /** Stops instances that hold the old value at once, not at their next call. */
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
                                "invalid name of a secret",
                                "SCOPE/KEY: each 1 to 64 letters, digits, dots, underscores or hyphens")));
    }

    private static AdminAction action(AuditPrincipal principal, String action, SecretName name) {
        return AdminAction.of(principal, action, name.name()).inSpace(name.space());
    }

    private static <T> Result<T> notFound(SecretName name) {
        return Result.notFound("there is no secret " + name.name(), "kruxos secret list shows the names");
    }
}
