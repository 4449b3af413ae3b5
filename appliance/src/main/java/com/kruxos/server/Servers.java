package com.kruxos.server;

import com.kruxos.audit.AuditLog;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.credential.HeaderTemplate;
import com.kruxos.egress.EgressClient;
import com.kruxos.identity.Spaces;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.result.Ids;
import com.kruxos.rpc.ByteRange;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.session.InFlightRequest;
import com.kruxos.session.Session;
import com.kruxos.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The MCP servers of every Space: what was declared, what runs, and the tools they show. Safe for any thread. */
public final class Servers implements AutoCloseable {
    /** How long a call waits for a server that is starting. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final ServerTable table;
    private final ServerDependencies dependencies;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("server-timer").factory());

    private final CatalogIndex catalogIndex = new CatalogIndex();
    private final InstancePool instances;

    /**
     * Loads what was declared; starts nothing yet.
     *
     * @param homes the folder in which each server has a private one
     * @param changes told of a Space whose lists are others now
     */
    public Servers(
            Database database,
            Spaces spaces,
            CredentialResolver credentials,
            AuditLog audit,
            ProcessLauncher launch,
            EgressClient network,
            Path homes,
            InstantSource clock,
            ServerLimits limits,
            ListChangedListener changes) {
        this.table = new ServerTable(database);
        this.dependencies = new ServerDependencies(
                spaces,
                credentials,
                audit,
                launch,
                network,
                homes,
                clock,
                timer,
                new TimeoutMonitor(timer),
                limits.idleTimeout(),
                limits.maxDuration(),
                limits.messageLimits(),
                limits.clientVersion());
        this.instances = new InstancePool(dependencies, new FeatureTable(database), catalogIndex, changes);
        table.all().forEach(server -> instances.putShared(server, new Subscriptions()));
        instances.rebuildCatalogs();
    }

    /**
     * What bounds a call, and who we say we are.
     *
     * @param idleTimeout how long a server may be silent during a call
     * @param maxDuration how long a call may take at all
     * @param messageLimits what messages of a server may take
     * @param clientVersion how we introduce ourselves
     */
    public record ServerLimits(
            Duration idleTimeout, Duration maxDuration, MessageLimits messageLimits, String clientVersion) {}

    /** Starts everything that is switched on, all at once; does not wait. */
    public void startAll() {
        instances.shared().forEach(ServerSupervisor::start);
    }

    /** Adds a server and begins to start it. The caller has checked that the name is free. */
    public Server add(NewServer wanted) {
        var server = new Server(
                Ids.newId("srv"),
                wanted.space(),
                wanted.name(),
                wanted.command(),
                wanted.env(),
                wanted.plainEnv(),
                grantedScopes(wanted),
                wanted.cwd(),
                wanted.prefixed(),
                wanted.url(),
                wanted.headers(),
                wanted.perAgent(),
                wanted.offline(),
                true,
                dependencies.clock().instant());
        table.insert(server);
        putAndStart(server, new Subscriptions());
        return server;
    }

    public Optional<Server> find(String space, String nameOrId) {
        return instances
                .sharedInSpace(space)
                .map(ServerSupervisor::server)
                .filter(server -> server.name().equals(nameOrId) || server.id().equals(nameOrId))
                .findFirst();
    }

    /** All servers of a Space by name; of every Space when none is given. */
    public List<Server> list(@Nullable String space) {
        return (space == null ? instances.shared().stream() : instances.sharedInSpace(space))
                .map(ServerSupervisor::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
    }

    /** Whether a program can be kept from the network here. */
    public boolean supportsOffline() {
        return dependencies.launcher().supportsOffline();
    }

    /** Stops a server and forgets it with its tools. Returns when its process is gone. */
    public boolean remove(String id) {
        var upstream = instances.removeShared(id);
        if (upstream == null) {
            return false;
        }
        instances.rebuildCatalogs();
        upstream.close();
        instances.endSessionInstances(id);
        table.delete(id);
        instances.notifyListsChanged(upstream.server().space());
        return true;
    }

    public Server setEnabled(String id, boolean enabled) {
        var old = instances.findShared(id);
        if (old == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        if (old.server().enabled() == enabled) {
            return old.server();
        }
        table.setEnabled(id, enabled);
        var server = old.server().withEnabled(enabled);
        // First, so that nothing begins behind what ends here.
        putAndStart(server, old.desiredState().subscriptions());
        old.close();
        if (enabled) {
            instances.resume(id);
        } else {
            instances.suspend(id);
        }
        instances.notifyListsChanged(server.space());
        return server;
    }

    public List<ToolInfo> tools(String id) {
        var upstream = instances.findShared(id);
        return upstream == null
                ? List.of()
                : upstream.features(FeatureKind.TOOL).stream()
                        .map(Feature::toToolInfo)
                        .toList();
    }

    public List<String> logs(String id) {
        var upstream = instances.findShared(id);
        return upstream == null ? List.of() : upstream.logLines();
    }

    public ServerState state(String id) {
        var upstream = instances.findShared(id);
        if (upstream == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        return upstream.state();
    }

    /**
     * A secret has a new value or is gone: what uses it is replaced, calls under way end with what they had.
     *
     * @param key the key; absent when the whole scope changed
     * @return the names of the servers replaced
     */
    public List<String> onSecretChanged(String space, String scope, @Nullable String key) {
        var affected = serversUsing(space, scope, key);
        instances.all().filter(life -> uses(life, space, scope, key)).forEach(ServerSupervisor::recycle);
        return affected;
    }

    /** The names of the servers that use a secret. */
    public List<String> serversUsing(String space, String scope, @Nullable String key) {
        return instances.shared().stream()
                .filter(life -> uses(life, space, scope, key))
                .map(life -> life.server().name())
                .sorted()
                .toList();
    }

    private static boolean uses(ServerSupervisor life, String space, String scope, @Nullable String key) {
        return life.server().space().equals(space) && life.server().uses(scope, key);
    }

    /** What a request of an agent is aimed at; waits a moment for servers that have never been seen. */
    public Optional<ResolvedTarget> resolveTarget(Session session, Message.Request request) {
        var found = resolveKnown(session, request);
        return found.isEmpty() && awaitFirstLists(session.connectionInfo().spaceId())
                ? resolveKnown(session, request)
                : found;
    }

    private Optional<ResolvedTarget> resolveKnown(Session session, Message.Request request) {
        var space = session.connectionInfo().spaceId();
        var catalog = catalogIndex.catalogFor(session);
        var params = request.params();
        return switch (request.knownMethod()) {
            case TOOLS_CALL -> findByName(catalog, FeatureKind.TOOL, params.name(), params.nameSpan());
            case PROMPTS_GET -> findByName(catalog, FeatureKind.PROMPT, params.name(), params.nameSpan());
            case RESOURCES_READ, RESOURCES_SUBSCRIBE, RESOURCES_UNSUBSCRIBE ->
                findResource(space, catalog, params.uri(), params.uriSpan());
            case COMPLETION_COMPLETE -> {
                var ref = params.ref();
                if (ref == null) {
                    yield Optional.empty();
                }
                yield ref.kind() == FeatureKind.PROMPT
                        ? findByName(catalog, FeatureKind.PROMPT, ref.target(), ref.targetSpan())
                        : findResource(space, catalog, ref.target(), ref.targetSpan());
            }
            case null, default -> Optional.empty();
        };
    }

    private static Optional<ResolvedTarget> findByName(
            Catalog catalog, FeatureKind kind, @Nullable String name, @Nullable ByteRange at) {
        return Optional.ofNullable(name)
                .flatMap(wanted -> catalog.find(kind, wanted))
                .map(feature -> ResolvedTarget.of(feature, at));
    }

    private Optional<ResolvedTarget> findResource(
            String space, Catalog catalog, @Nullable String uri, @Nullable ByteRange at) {
        if (uri == null) {
            return Optional.empty();
        }
        var having = instances
                .sharedInSpace(space)
                .filter(upstream -> upstream.hasCapability("resources"))
                .map(ServerSupervisor::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
        return new ResourceRouter(catalog, having).route(uri, at);
    }

    /**
     * Why a name that is no known tool or prompt may yet be one: its server has never shown its lists and does not run.
     *
     * @return absent when no such server is there
     */
    public Optional<UnlistedTool> findUnlisted(String space, String name) {
        return instances
                .sharedInSpace(space)
                .filter(ServerSupervisor::hasNeverListed)
                .filter(upstream -> name.startsWith(upstream.server().name() + "__"))
                .findFirst()
                .map(upstream -> new UnlistedTool(
                        upstream.server().name(),
                        name.substring(upstream.server().name().length() + 2),
                        upstream.unavailable()));
    }

    /** A tool nobody has seen, of a server that does not run; {@code tool} is what the server would call it. */
    public record UnlistedTool(String server, String tool, CallResult.Unavailable unavailable) {}

    /**
     * Everything of one kind that a session sees, by name. Waits a moment for new servers, but only where there is
     * nothing else: one that is slow does not hold up what the others have, and agents are told when it comes.
     */
    public Collection<Feature> listFeatures(Session session, FeatureKind kind) {
        if (catalogIndex.catalogFor(session).isEmpty()) {
            var _ = awaitFirstLists(session.connectionInfo().spaceId());
        }
        return catalogIndex.catalogFor(session).list(kind);
    }

    /** An agent of a Space wants to hear log messages from this severity on: servers that log less are told. */
    public void setLogLevel(Session session, LogLevel least) {
        Stream.concat(instances.sharedInSpace(session.connectionInfo().spaceId()), instances.ofSession(session))
                .forEach(life -> life.desiredState().lowerLogLevelTo(least));
    }

    /** A session's roots are others now. */
    public void notifyRootsChanged(Session session, Message.Notification said) {
        instances
                .ofSession(session)
                .map(ServerSupervisor::runningInstance)
                .filter(Objects::nonNull)
                .forEach(life -> life.sendMessage(said.raw().bytes()));
    }

    /** The session follows a resource from now on. False when too much is followed. */
    public boolean subscribe(ResolvedTarget target, Session session, String asked) {
        var life = instances.forSession(target.serverId(), session);
        if (life == null) {
            return false;
        }
        var subscriptions = life.desiredState().subscriptions();
        if (!subscriptions.add(target.upstreamName(), session, asked)) {
            return false;
        }
        if (subscriptions.claimSessionEndHook(session)) {
            session.onEnd(() -> onSessionEnded(target.serverId(), life, session));
        }
        return true;
    }

    /** A server that was switched off and on is another one by now, with the same subscriptions. */
    private void onSessionEnded(String server, ServerSupervisor followed, Session session) {
        var now = Objects.requireNonNullElse(instances.findShared(server), followed)
                .desiredState();
        var then = followed.desiredState();
        (now.subscriptions() == then.subscriptions() ? now : then).onSessionEnded(session);
    }

    /** The server has said yes to it. */
    public void confirmSubscription(ResolvedTarget target, Session session) {
        subscriptions(target, session).ifPresent(all -> all.confirm(target.upstreamName(), session));
    }

    /** The session follows it no more. */
    public void unsubscribe(ResolvedTarget target, Session session) {
        subscriptions(target, session).ifPresent(all -> all.remove(target.upstreamName(), session));
    }

    /** Whether the server knows that other sessions follow the resource, so that it needs to hear nothing. */
    public boolean hasOtherSubscribers(ResolvedTarget target, Session session) {
        return subscriptions(target, session)
                .filter(all -> all.isConfirmedForOthers(target.upstreamName(), session))
                .isPresent();
    }

    private Optional<Subscriptions> subscriptions(ResolvedTarget target, Session session) {
        return Optional.ofNullable(instances.forSession(target.serverId(), session))
                .map(life -> life.desiredState().subscriptions());
    }

    /** The server was told that nobody follows the resource; somebody may have begun to meanwhile. */
    public void resubscribeIfWanted(ResolvedTarget target) {
        var life = instances.findShared(target.serverId());
        if (life != null) {
            life.desiredState().resubscribeIfWanted(target.upstreamName());
        }
    }

    /**
     * Sends a request to the server it is aimed at and waits for the answer, which comes back scrubbed and under the
     * agent's id.
     *
     * @param flight may be withdrawn meanwhile
     * @param news gets what the server says about it meanwhile, scrubbed and with the agent's own token
     */
    public CallResult dispatch(
            ResolvedTarget target, Message.Request request, InFlightRequest flight, Consumer<byte[]> news) {
        var upstream = instances.forSession(target.serverId(), flight.session());
        if (upstream == null) {
            return new CallResult.Unavailable(
                    "server_removed", "server " + target.serverName() + " is gone", "list the tools again");
        }
        flight.onWithdrawn(_ -> upstream.wakeWaiters());
        var forgotten = false;
        while (true) {
            switch (upstream.awaitReady(START_TIMEOUT, flight::isWithdrawn)) {
                case ServerSupervisor.Readiness.NotReady down -> {
                    return down.result();
                }
                case ServerSupervisor.Readiness.InstanceReady up -> {
                    var asking = new UpstreamCall(up.instance(), target, request, flight, news, forgotten);
                    var asked = asking.execute(dependencies);
                    if (asked != null) {
                        return asked;
                    }
                    upstream.replaceLost(up.instance());
                    forgotten |= asking.isSessionLost();
                }
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        instances.close();
    }

    /** Whoever names a secret in a server's environment or headers grants it that scope. */
    private static Set<String> grantedScopes(NewServer wanted) {
        var grants = new HashSet<>(wanted.grants());
        wanted.env()
                .values()
                .forEach(declaration -> grants.add(CredentialResolver.parseReference(wanted.space(), declaration)
                        .scope()));
        wanted.headers()
                .values()
                .forEach(value -> HeaderTemplate.of(wanted.space(), value)
                        .secrets()
                        .forEach(secret -> grants.add(secret.scope())));
        return grants;
    }

    private void putAndStart(Server server, Subscriptions subscriptions) {
        var upstream = instances.putShared(server, subscriptions);
        upstream.start();
        instances.rebuildCatalogs();
    }

    /** Whether there was anything to wait for. */
    private boolean awaitFirstLists(String space) {
        var waited = false;
        for (var life : instances.sharedInSpace(space).toList()) {
            if (life.isAwaitingFirstLists()) {
                life.awaitFirstLists();
                waited = true;
            }
        }
        return waited;
    }
}
