package com.kruxos.server;

import com.kruxos.audit.Audit;
import com.kruxos.credential.Credentials;
import com.kruxos.credential.HeaderTemplate;
import com.kruxos.identity.Ids;
import com.kruxos.identity.Spaces;
import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Span;
import com.kruxos.session.Flight;
import com.kruxos.session.Session;
import com.kruxos.store.Database;
import com.kruxos.transport.Launch;
import com.kruxos.transport.Network;
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
    private static final Duration START = Duration.ofSeconds(30);

    private final ServerTable table;
    private final Surroundings runtime;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("server-timer").factory());

    private final Catalogs catalogs = new Catalogs();
    private final Lives lives;

    /**
     * Loads what was declared; starts nothing yet.
     *
     * @param homes the folder in which each server has a private one
     * @param changes told of a Space whose lists are others now
     */
    public Servers(
            Database database,
            Spaces spaces,
            Credentials credentials,
            Audit audit,
            Launch launch,
            Network network,
            Path homes,
            InstantSource clock,
            Limits limits,
            Changes changes) {
        this.table = new ServerTable(database);
        this.runtime = new Surroundings(
                spaces,
                credentials,
                audit,
                launch,
                network,
                homes,
                clock,
                timer,
                new Deadlines(timer),
                limits.silence(),
                limits.longest(),
                limits.messages(),
                limits.version());
        this.lives = new Lives(runtime, new FeatureTable(database), catalogs, changes);
        table.all().forEach(server -> lives.put(server, new Subscriptions()));
        lives.index();
    }

    /**
     * What bounds a call, and who we say we are.
     *
     * @param silence how long a server may be silent during a call
     * @param longest how long a call may take at all
     * @param messages what messages of a server may take
     * @param version how we introduce ourselves
     */
    public record Limits(Duration silence, Duration longest, Allowance messages, String version) {}

    /** Starts everything that is switched on, all at once; does not wait. */
    public void startAll() {
        lives.shared().forEach(Upstream::start);
    }

    /** Adds a server and begins to start it. The caller has checked that the name is free. */
    public Server add(NewServer wanted) {
        var server = new Server(
                Ids.fresh("srv"),
                wanted.space(),
                wanted.name(),
                wanted.command(),
                wanted.env(),
                wanted.plainEnv(),
                granted(wanted),
                wanted.cwd(),
                wanted.prefixed(),
                wanted.url(),
                wanted.headers(),
                wanted.perAgent(),
                wanted.offline(),
                true,
                runtime.clock().instant());
        table.insert(server);
        replace(server, new Subscriptions());
        return server;
    }

    public Optional<Server> find(String space, String nameOrId) {
        return lives.in(space)
                .map(Upstream::server)
                .filter(server -> server.name().equals(nameOrId) || server.id().equals(nameOrId))
                .findFirst();
    }

    /** All servers of a Space by name; of every Space when none is given. */
    public List<Server> list(@Nullable String space) {
        return (space == null ? lives.shared().stream() : lives.in(space))
                .map(Upstream::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
    }

    /** Whether a program can be kept from the network here. */
    public boolean canBeOffline() {
        return runtime.launch().canBeOffline();
    }

    /** Stops a server and forgets it with its tools. Returns when its process is gone. */
    public boolean remove(String id) {
        var upstream = lives.remove(id);
        if (upstream == null) {
            return false;
        }
        lives.index();
        upstream.close();
        lives.endOwn(id);
        table.delete(id);
        lives.changed(upstream.server().space());
        return true;
    }

    public Server setEnabled(String id, boolean enabled) {
        var old = lives.shared(id);
        if (old == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        if (old.server().enabled() == enabled) {
            return old.server();
        }
        table.enabled(id, enabled);
        var server = old.server().enabled(enabled);
        // First, so that nothing begins behind what ends here.
        replace(server, old.wishes().subscriptions());
        old.close();
        if (enabled) {
            lives.wake(id);
        } else {
            lives.rest(id);
        }
        lives.changed(server.space());
        return server;
    }

    public List<ToolInfo> tools(String id) {
        var upstream = lives.shared(id);
        return upstream == null
                ? List.of()
                : upstream.listed(Kind.TOOL).stream().map(Feature::info).toList();
    }

    public List<String> logs(String id) {
        var upstream = lives.shared(id);
        return upstream == null ? List.of() : upstream.log();
    }

    public ServerState state(String id) {
        var upstream = lives.shared(id);
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
    public List<String> secretChanged(String space, String scope, @Nullable String key) {
        var affected = usersOf(space, scope, key);
        lives.all().filter(life -> uses(life, space, scope, key)).forEach(Upstream::recycle);
        return affected;
    }

    /** The names of the servers that use a secret. */
    public List<String> usersOf(String space, String scope, @Nullable String key) {
        return lives.shared().stream()
                .filter(life -> uses(life, space, scope, key))
                .map(life -> life.server().name())
                .sorted()
                .toList();
    }

    private static boolean uses(Upstream life, String space, String scope, @Nullable String key) {
        return life.server().space().equals(space) && life.server().uses(scope, key);
    }

    /** What a request of an agent is aimed at; waits a moment for servers that have never been seen. */
    public Optional<Target> target(Session session, Message.Request request) {
        var found = known(session, request);
        return found.isEmpty() && awaitFirstLists(session.opening().space()) ? known(session, request) : found;
    }

    private Optional<Target> known(Session session, Message.Request request) {
        var space = session.opening().space();
        var catalog = catalogs.of(session);
        var params = request.params();
        return switch (request.method()) {
            case "tools/call" -> named(catalog, Kind.TOOL, params.name(), params.nameAt());
            case "prompts/get" -> named(catalog, Kind.PROMPT, params.name(), params.nameAt());
            case "resources/read", "resources/subscribe", "resources/unsubscribe" ->
                resource(space, catalog, params.uri(), params.uriAt());
            case "completion/complete" -> {
                var ref = params.ref();
                if (ref == null) {
                    yield Optional.empty();
                }
                yield ref.kind() == Kind.PROMPT
                        ? named(catalog, Kind.PROMPT, ref.text(), ref.at())
                        : resource(space, catalog, ref.text(), ref.at());
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Target> named(Catalog catalog, Kind kind, @Nullable String name, @Nullable Span at) {
        return Optional.ofNullable(name)
                .flatMap(wanted -> catalog.find(kind, wanted))
                .map(feature -> Target.of(feature, at));
    }

    private Optional<Target> resource(String space, Catalog catalog, @Nullable String uri, @Nullable Span at) {
        if (uri == null) {
            return Optional.empty();
        }
        var having = lives.in(space)
                .filter(upstream -> upstream.offers("resources"))
                .map(Upstream::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
        return new Uris(catalog, having).find(uri, at);
    }

    /**
     * Why a name that is no known tool or prompt may yet be one: its server has never shown its lists and does not run.
     *
     * @return absent when no such server is there
     */
    public Optional<Hidden> hidden(String space, String name) {
        return lives.in(space)
                .filter(Upstream::neverListed)
                .filter(upstream -> name.startsWith(upstream.server().name() + "__"))
                .findFirst()
                .map(upstream -> new Hidden(
                        upstream.server().name(),
                        name.substring(upstream.server().name().length() + 2),
                        upstream.down()));
    }

    /** A tool nobody has seen, of a server that does not run; {@code tool} is what the server would call it. */
    public record Hidden(String server, String tool, Answer.Down down) {}

    /**
     * Everything of one kind that a session sees, by name. Waits a moment for new servers, but only where there is
     * nothing else: one that is slow does not hold up what the others have, and agents are told when it comes.
     */
    public Collection<Feature> listed(Session session, Kind kind) {
        if (catalogs.of(session).isEmpty()) {
            var _ = awaitFirstLists(session.opening().space());
        }
        return catalogs.of(session).all(kind);
    }

    /** An agent of a Space wants to hear log messages from this severity on: servers that log less are told. */
    public void logLevel(Session session, LogLevel least) {
        Stream.concat(lives.in(session.opening().space()), lives.own(session))
                .forEach(life -> life.wishes().log(least));
    }

    /** A session's roots are others now. */
    public void rootsChanged(Session session, Message.Notification said) {
        lives.own(session)
                .map(Upstream::running)
                .filter(Objects::nonNull)
                .forEach(life -> life.tell(said.frame().bytes()));
    }

    /** The session follows a resource from now on. False when too much is followed. */
    public boolean follow(Target target, Session session, String asked) {
        var life = lives.of(target.server(), session);
        if (life == null) {
            return false;
        }
        var subscriptions = life.wishes().subscriptions();
        if (!subscriptions.add(target.name(), session, asked)) {
            return false;
        }
        if (subscriptions.begins(session)) {
            session.whenEnded(() -> ended(target.server(), life, session));
        }
        return true;
    }

    /** A server that was switched off and on is another one by now, with the same subscriptions. */
    private void ended(String server, Upstream followed, Session session) {
        var now = Objects.requireNonNullElse(lives.shared(server), followed).wishes();
        var then = followed.wishes();
        (now.subscriptions() == then.subscriptions() ? now : then).left(session);
    }

    /** The server has said yes to it. */
    public void followed(Target target, Session session) {
        subscriptions(target, session).ifPresent(all -> all.agreed(target.name(), session));
    }

    /** The session follows it no more. */
    public void unfollow(Target target, Session session) {
        subscriptions(target, session).ifPresent(all -> all.remove(target.name(), session));
    }

    /** Whether the server knows that other sessions follow the resource, so that it needs to hear nothing. */
    public boolean followedByOthers(Target target, Session session) {
        return subscriptions(target, session)
                .filter(all -> all.agreedWithOthers(target.name(), session))
                .isPresent();
    }

    private Optional<Subscriptions> subscriptions(Target target, Session session) {
        return Optional.ofNullable(lives.of(target.server(), session))
                .map(life -> life.wishes().subscriptions());
    }

    /** The server was told that nobody follows the resource; somebody may have begun to meanwhile. */
    public void left(Target target) {
        var life = lives.shared(target.server());
        if (life != null) {
            life.wishes().lookBack(target.name());
        }
    }

    /**
     * Sends a request to the server it is aimed at and waits for the answer, which comes back scrubbed and under the
     * agent's id.
     *
     * @param flight may be withdrawn meanwhile
     * @param news gets what the server says about it meanwhile, scrubbed and with the agent's own token
     */
    public Answer ask(Target target, Message.Request request, Flight flight, Consumer<byte[]> news) {
        var upstream = lives.of(target.server(), flight.session());
        if (upstream == null) {
            return new Answer.Down(
                    "server_removed", "server " + target.serverName() + " is gone", "list the tools again");
        }
        flight.whenWithdrawn(_ -> upstream.stir());
        var forgotten = false;
        while (true) {
            switch (upstream.ready(START, flight::withdrawn)) {
                case Upstream.Readiness.Down down -> {
                    return down.answer();
                }
                case Upstream.Readiness.Up up -> {
                    var asking = new Asking(up.instance(), target, request, flight, news, forgotten);
                    var asked = asking.ask(runtime);
                    if (asked != null) {
                        return asked;
                    }
                    upstream.replace(up.instance());
                    forgotten |= asking.forgotten();
                }
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lives.close();
    }

    /** Whoever names a secret in a server's environment or headers grants it that scope. */
    private static Set<String> granted(NewServer wanted) {
        var grants = new HashSet<>(wanted.grants());
        wanted.env()
                .values()
                .forEach(declaration -> grants.add(
                        Credentials.named(wanted.space(), declaration).scope()));
        wanted.headers()
                .values()
                .forEach(value -> HeaderTemplate.of(wanted.space(), value)
                        .secrets()
                        .forEach(secret -> grants.add(secret.scope())));
        return grants;
    }

    private void replace(Server server, Subscriptions subscriptions) {
        var upstream = lives.put(server, subscriptions);
        upstream.start();
        lives.index();
    }

    /** Whether there was anything to wait for. */
    private boolean awaitFirstLists(String space) {
        var waited = false;
        for (var life : lives.in(space).toList()) {
            if (life.unseen()) {
                life.awaitListed();
                waited = true;
            }
        }
        return waited;
    }
}
