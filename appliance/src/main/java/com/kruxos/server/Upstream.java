package com.kruxos.server;

import com.kruxos.audit.CannotRecord;
import com.kruxos.credential.Lent;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.session.Session;
import com.kruxos.transport.CannotStart;
import com.kruxos.transport.NetworkConnection;
import com.kruxos.transport.Remote;
import com.kruxos.transport.StdioConnection;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one declared server alive: starts it with what it may borrow, restarts it with growing pauses, and replaces it
 * without dropping a call when a secret of its changes. Safe for any thread.
 */
final class Upstream implements Instance.Watcher {
    private static final String EVERYTHING = "{\"sampling\":{},\"elicitation\":{},\"roots\":{\"listChanged\":true}}";

    /** How long others wait for the lists of a server that nobody has seen yet, from its first try on. */
    private static final Duration NEW = Duration.ofSeconds(10);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** After so many failures in a row the server counts as broken: it is still tried, but nobody waits for it. */
    private static final int BROKEN_AFTER = 5;

    /** How many subscriptions of our own account are under way at a time. */
    private static final int AT_ONCE = 16;

    /** A life this long clears the failures before it. */
    private static final Duration SOUND = Duration.ofSeconds(30);

    /** What a caller who wants to use the server gets. */
    sealed interface Readiness {
        record Up(Instance instance) implements Readiness {}

        record Down(Answer.Down answer) implements Readiness {}
    }

    private final Server server;
    private final Surroundings runtime;
    private final FeatureTable features;
    private final Consumer<Kind> listChanged;
    private final @Nullable Client client;
    private final AtomicBoolean bound = new AtomicBoolean();
    private final Subscriptions subscriptions;
    private final Logbook log = new Logbook();

    /** The least severe that anybody asked for; every life is told. */
    private final AtomicReference<@Nullable LogLevel> loggedFrom = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below is guarded by lock; what other threads read without it is volatile.
    private volatile ServerState state;
    private volatile Map<Kind, List<Feature>> listed;
    private volatile boolean everListed;

    /** Of a life for one agent: the lists it has said are others now. */
    private volatile Map<Kind, List<Feature>> own = Map.of();

    private @Nullable Instance current;

    /** The one that is being started and introduced. */
    private @Nullable Instance coming;

    /** Counts starts, so that one overtaken by a newer one notices. */
    private long generation;

    private int failures;
    private long readySince;
    private long nextTry;
    private volatile boolean closed;

    /** Until when others wait for its first lists; they do not when it has failed already. */
    private volatile long awaited;

    /**
     * Takes a server that does not run yet.
     *
     * @param subscriptions what agents follow of it already
     * @param client the agent's session it lives for; absent when it is shared
     */
    Upstream(
            Server server,
            Surroundings runtime,
            FeatureTable features,
            Subscriptions subscriptions,
            @Nullable Client client,
            Consumer<Kind> listChanged) {
        this.server = server;
        this.runtime = runtime;
        this.features = features;
        this.subscriptions = subscriptions;
        this.client = client;
        this.listChanged = listChanged;
        this.listed = features.listed(server);
        this.everListed = listed.values().stream().anyMatch(list -> !list.isEmpty());
        this.closed = !server.enabled();
        this.state = named(server.enabled() ? ServerState.Name.STOPPED : ServerState.Name.DISABLED, null, null, null);
    }

    Server server() {
        return server;
    }

    ServerState state() {
        return state;
    }

    List<Feature> listed() {
        return closed
                ? List.of()
                : listed.values().stream().flatMap(List::stream).toList();
    }

    List<Feature> listed(Kind kind) {
        return closed ? List.of() : listed.getOrDefault(kind, List.of());
    }

    /** Lists that only the agent it lives for sees; those that are as everybody's are not among them. */
    Map<Kind, List<Feature>> own() {
        return own;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** The running life, if there is one; starts nothing. */
    @Nullable
    Instance running() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    List<String> log() {
        return log.lines();
    }

    /** Whether it declared a capability when it was last heard of. */
    boolean offers(String capability) {
        var life = running();
        return life == null
                ? listed.entrySet().stream()
                        .anyMatch(list -> list.getKey().capability().equals(capability)
                                && !list.getValue().isEmpty())
                : life.offers(capability);
    }

    /**
     * Tells the server, in this life and in later ones, to log from this severity on, unless it was told to log as much
     * or more.
     */
    void logLevel(LogLevel least) {
        loggedFrom.accumulateAndGet(
                least, (before, now) -> before == null || (now != null && now.compareTo(before) < 0) ? now : before);
        var life = running();
        if (life != null && life.offers("logging") && life.lowers(least)) {
            life.ask("logging/setLevel", "{\"level\":" + Replies.quoted(least.word()) + "}");
        }
    }

    /** True once: whoever hears it sees to it that this life ends with its session. */
    boolean bind() {
        return bound.compareAndSet(false, true);
    }

    /** A session that may have followed resources is over. */
    void left(Session session) {
        var left = subscriptions.ended(session);
        var life = running();
        if (life != null) {
            asideEach(life, "resources/unsubscribe", left, this::lookBack);
        }
    }

    /** Somebody may have begun to follow it while the server was told that nobody does, and be forgotten there. */
    void lookBack(String uri) {
        var life = running();
        if (life != null && subscriptions.followed(uri)) {
            asideEach(life, "resources/subscribe", Set.of(uri), asked -> {});
        }
    }

    /**
     * Says something of each resource, a few at a time: of a server that is asked everything at once some of it would
     * be refused, and nobody would know. Does not wait.
     */
    private static void asideEach(Instance life, String method, Set<String> uris, Consumer<String> then) {
        if (uris.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("subscriptions").start(() -> {
            var turns = new Semaphore(AT_ONCE);
            for (var uri : uris) {
                turns.acquireUninterruptibly();
                life.ask(method, "{\"uri\":" + Replies.quoted(uri) + "}", () -> {
                    turns.release();
                    then.accept(uri);
                });
            }
        });
    }

    /** Begins to start the server unless it runs or is about to. */
    void start() {
        lock.lock();
        try {
            if (!closed && current == null && state.name() != ServerState.Name.STARTING) {
                launch();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits here looks again whether it still wants to. */
    void stir() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A running instance; starts the server or waits for its restart when that is near.
     *
     * @param givenUp whether nobody wants it any more; {@link #stir} when that changes
     */
    Readiness ready(Duration patience, BooleanSupplier givenUp) {
        var deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (true) {
                var running = current;
                if (running != null) {
                    return new Readiness.Up(running);
                }
                switch (state.name()) {
                    case STOPPED -> launch();
                    case DISABLED, MISSING_SECRET, BROKEN -> {
                        return new Readiness.Down(down());
                    }
                    case BACKING_OFF -> {
                        if (nextTry - deadline > 0) {
                            return new Readiness.Down(down());
                        }
                    }
                    case STARTING, READY -> {}
                }
                var left = deadline - System.nanoTime();
                if (left <= 0 || givenUp.getAsBoolean()) {
                    return new Readiness.Down(down());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Readiness.Down(new Answer.Down("interrupted", "the appliance is stopping", "try again"));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the server has listed its tools once, has failed to, or is new no more. */
    void awaitListed() {
        lock.lock();
        try {
            while (unseen()) {
                changed.awaitNanos(awaited - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is new: nobody knows yet which tools it has, and it is about to say so. */
    boolean unseen() {
        return !everListed && !closed && pending() && awaited - System.nanoTime() > 0;
    }

    /** Whether nobody knows which tools it has. */
    boolean neverListed() {
        return !everListed;
    }

    private boolean pending() {
        return state.name() == ServerState.Name.STARTING || state.name() == ServerState.Name.READY;
    }

    /** The next call runs with what the vault says now; calls under way end with what they had. */
    void recycle() {
        Instance old;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            old = current;
            current = null;
            failures = 0;
            log.add("[kruxos] restarted: a secret of its changed");
            launch();
        } finally {
            lock.unlock();
        }
        if (old != null) {
            old.leave();
        }
    }

    /** This life took a request and cannot answer it any more: the next one begins at once. */
    void replace(Instance dead) {
        lock.lock();
        try {
            if (current != dead || closed) {
                return;
            }
            current = null;
            launch();
        } finally {
            lock.unlock();
        }
        dead.leave();
    }

    /** Ends the server for good, also one that is only starting. Returns when its process is gone. */
    void close() {
        Instance old;
        Instance half;
        lock.lock();
        try {
            closed = true;
            generation++;
            old = current;
            half = coming;
            current = null;
            coming = null;
            enter(named(ServerState.Name.DISABLED, null, null, null));
        } finally {
            lock.unlock();
        }
        if (old != null) {
            old.close();
        }
        if (half != null) {
            half.close();
        }
    }

    private void launch() {
        var overtaken = coming;
        if (overtaken != null) {
            coming = null;
            Thread.ofVirtual().name("overtaken").start(overtaken::close);
        }
        var mine = ++generation;
        awaited = System.nanoTime() + (failures == 0 ? NEW.toNanos() : 0);
        enter(named(ServerState.Name.STARTING, null, null, null));
        Thread.ofVirtual().name("start-" + server.name()).start(() -> run(mine));
    }

    private void run(long mine) {
        try {
            switch (lent()) {
                case Lent.Missing missing -> missing(mine, missing);
                case Lent.Ready lent -> begin(mine, lent);
            }
        } catch (RuntimeException e) {
            failed(
                    mine,
                    e instanceof CannotRecord
                            ? "the audit cannot record"
                            : "its credentials cannot be lent: " + e.getMessage());
        }
    }

    private Lent lent() {
        var credentials = runtime.credentials();
        return server.url() == null
                ? credentials.environment(server.space(), server.name(), server.env(), server.grants())
                : credentials.headers(server.space(), server.name(), server.headers(), server.grants());
    }

    private void begin(long mine, Lent.Ready lent) {
        var instance = new Instance(lent, log, runtime.deadlines(), this, client);
        if (!comes(mine, instance)) {
            instance.close();
            return;
        }
        try {
            Credit.record(runtime.audit(), server, lent);
            var pid = connect(instance, lent);
            instance.readings().first(() -> up(mine, instance, introduced(instance), pid));
        } catch (CannotStart e) {
            instance.close();
            failed(mine, e.getMessage() + " (" + e.hint() + ")");
        } catch (Handshake.Failed e) {
            instance.close();
            failed(mine, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    /** Whether this start still counts; if so, whoever ends the server ends this life of it too. */
    private boolean comes(long mine, Instance instance) {
        lock.lock();
        try {
            if (mine == generation) {
                coming = instance;
            }
            return mine == generation;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A life for one agent reads no lists until it says that they have changed: they are the same, and what this agent
     * makes of them must not become what all others see.
     */
    private Handshake.Found introduced(Instance instance) throws Handshake.Failed {
        if (client != null) {
            var capabilities = new Handshake(instance, runtime.version(), client.capabilities()).introduce();
            return new Handshake.Found(capabilities, Map.of());
        }
        return handshake(instance).open();
    }

    /** Where agents are asked one by one, the lists are those of an agent that can be asked everything. */
    private Handshake handshake(Instance instance) {
        return new Handshake(instance, runtime.version(), server.perAgent() ? EVERYTHING : "{}");
    }

    /** The process id; absent for a server on the network. */
    private @Nullable Long connect(Instance instance, Lent.Ready lent) {
        var url = server.url();
        if (url != null) {
            var headers = runtime.credentials().each(server.space(), server.headers());
            instance.connected(NetworkConnection.start(
                    runtime.network(), new Remote(URI.create(url), headers), instance, runtime.messages()));
            return null;
        }
        var child = StdioConnection.start(
                runtime.launch(),
                Environment.command(server, lent, runtime.launch(), runtime.homes()),
                instance,
                runtime.messages(),
                StdioConnection.WAITING_BYTES);
        instance.connected(child);
        return child.pid();
    }

    private void up(long mine, Instance instance, Handshake.Found found, @Nullable Long pid) {
        var kept = new EnumMap<Kind, List<Feature>>(Kind.class);
        found.items().forEach((kind, items) -> kept.put(kind, features.replace(server, kind, items)));
        lock.lock();
        try {
            if (mine != generation) {
                instance.leave();
                return;
            }
            current = instance;
            coming = null;
            if (client == null) {
                listed = kept;
            }
            everListed = true;
            readySince = System.nanoTime();
            enter(named(ServerState.Name.READY, null, null, pid));
        } finally {
            lock.unlock();
        }
        asideEach(instance, "resources/subscribe", subscriptions.all(), asked -> {});
        var wanted = loggedFrom.get();
        if (wanted != null) {
            logLevel(wanted);
        }
        if (client == null) {
            Stream.of(Kind.TOOL, Kind.PROMPT, Kind.RESOURCE).forEach(listChanged);
        } else {
            forgetOwn();
        }
    }

    private void missing(long mine, Lent.Missing missing) {
        lock.lock();
        try {
            if (mine == generation) {
                enter(named(ServerState.Name.MISSING_SECRET, missing.what(), missing.hint(), null));
            }
        } finally {
            lock.unlock();
        }
    }

    private void failed(long mine, String why) {
        lock.lock();
        try {
            if (mine == generation && !closed) {
                coming = null;
                backOff(why);
            }
        } finally {
            lock.unlock();
        }
    }

    private void backOff(String why) {
        failures++;
        var pause = LONGEST_PAUSE.toMillis();
        if (failures < 20) {
            pause = Math.min(pause, FIRST_PAUSE.toMillis() << (failures - 1));
        }
        log.add("[kruxos] " + why + "; next try in " + pause / 1000 + " s");
        nextTry = System.nanoTime() + Duration.ofMillis(pause).toNanos();
        var name = failures >= BROKEN_AFTER ? ServerState.Name.BROKEN : ServerState.Name.BACKING_OFF;
        enter(named(name, why, "kruxos server logs " + server.name(), null));
        var mine = generation;
        var _ = runtime.timer().schedule(() -> again(mine), pause, TimeUnit.MILLISECONDS);
    }

    private void again(long mine) {
        lock.lock();
        try {
            if (mine == generation && !closed && current == null) {
                launch();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void updated(Message.Notification news) {
        subscriptions.updated(news);
    }

    @Override
    public void listChanged(Instance instance, Kind kind) {
        instance.readings().again(kind, () -> {
            if (running() == instance) {
                readAgain(instance, kind);
            }
        });
    }

    private void readAgain(Instance instance, Kind kind) {
        try {
            var read = handshake(instance).list(kind);
            var kept = client == null ? features.replace(server, kind, read) : features.named(server, kind, read);
            lock.lock();
            try {
                if (current == instance) {
                    keep(kind, kept);
                }
            } finally {
                lock.unlock();
            }
            listChanged.accept(kind);
        } catch (Handshake.Failed e) {
            log.add("[kruxos] its changed " + kind.member() + " could not be read: " + e.getMessage());
        }
    }

    private void keep(Kind kind, List<Feature> kept) {
        var next = new EnumMap<Kind, List<Feature>>(Kind.class);
        next.putAll(client == null ? listed : own);
        next.put(kind, kept);
        if (client == null) {
            listed = next;
        } else {
            own = next;
        }
    }

    /** Another life for this agent begins with the lists that everybody has. */
    private void forgetOwn() {
        var lost = own.keySet();
        own = Map.of();
        lost.forEach(listChanged);
    }

    @Override
    public void ended(Instance instance, String why) {
        lock.lock();
        try {
            if (current == instance) {
                current = null;
                if (System.nanoTime() - readySince > SOUND.toNanos()) {
                    failures = 0;
                }
                backOff(why);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why it cannot be used now, and what mends it. */
    Answer.Down down() {
        var now = state;
        var detail = now.detail() == null ? "" : ": " + now.detail();
        return switch (now.name()) {
            case MISSING_SECRET ->
                new Answer.Down("missing_secret", now.detail() == null ? "" : now.detail(), hint(now));
            case DISABLED ->
                new Answer.Down(
                        "server_disabled",
                        "server " + server.name() + " is switched off",
                        "kruxos server enable " + server.name());
            default ->
                new Answer.Down(
                        "server_unavailable", "server " + server.name() + " is not running" + detail, hint(now));
        };
    }

    private static String hint(ServerState state) {
        var hint = state.hint();
        return hint == null ? "try again in a moment" : hint;
    }

    private void enter(ServerState next) {
        state = next;
        changed.signalAll();
    }

    private ServerState named(
            ServerState.Name name, @Nullable String detail, @Nullable String hint, @Nullable Long pid) {
        return new ServerState(
                name,
                detail,
                hint,
                runtime.clock().instant(),
                pid,
                listed == null ? 0 : listed.getOrDefault(Kind.TOOL, List.of()).size());
    }
}
