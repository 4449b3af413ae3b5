package com.kruxos.server;

import com.kruxos.audit.CannotRecord;
import com.kruxos.credential.Lent;
import com.kruxos.rpc.Definition;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Message;
import com.kruxos.transport.CannotStart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one declared server alive: starts it with what it may borrow, restarts it with growing pauses, and replaces it
 * without dropping a call when a secret of its changes. Safe for any thread.
 */
final class Upstream implements Instance.Watcher {
    /** How long others wait for the lists of a server that nobody has seen yet, from its first try on. */
    private static final Duration NEW = Duration.ofSeconds(10);

    /** What a caller who wants to use the server gets. */
    sealed interface Readiness {
        record Up(Instance instance) implements Readiness {}

        record Down(Answer.Down answer) implements Readiness {}
    }

    private final Server server;
    private final Surroundings runtime;
    private final Consumer<Kind> listChanged;

    /** How commands say which Space they mean; known beforehand, for they are made under the lock. */
    private final String inSpace;

    private final @Nullable Client client;
    private final AtomicBoolean bound = new AtomicBoolean();
    private final Beginning beginning;
    private final Lists lists;
    private final Wishes wishes;
    private final Logbook log = new Logbook();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below is guarded by lock; what other threads read without it is volatile.
    private volatile ServerState state;
    private @Nullable Instance current;

    /** The one that is being started and introduced. */
    private @Nullable Instance coming;

    /** Counts starts, so that one overtaken by a newer one notices. */
    private long generation;

    private final Setbacks setbacks = new Setbacks();
    private long readySince;
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
        this.client = client;
        this.listChanged = listChanged;
        this.inSpace = runtime.spaces().option(server.space());
        this.beginning = new Beginning(server, runtime, client);
        this.lists = new Lists(server, features, client != null);
        this.wishes = new Wishes(subscriptions, this::running);
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
        return closed ? List.of() : lists.all();
    }

    List<Feature> listed(Kind kind) {
        return closed ? List.of() : lists.of(kind);
    }

    /** Lists that only the agent it lives for sees; those that are as everybody's are not among them. */
    Map<Kind, List<Feature>> own() {
        return lists.own();
    }

    /** What agents want of it; each of its lives is told. */
    Wishes wishes() {
        return wishes;
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
        return life == null ? lists.offers(capability) : life.offers(capability);
    }

    /** True once: whoever hears it sees to it that this life ends with its session. */
    boolean bind() {
        return bound.compareAndSet(false, true);
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
                        if (setbacks.pauseBeyond(deadline)) {
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
        return neverListed() && !closed && pending() && awaited - System.nanoTime() > 0;
    }

    /** Whether nobody knows which tools it has. */
    boolean neverListed() {
        return !lists.seen();
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
            setbacks.clear();
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
        awaited = System.nanoTime() + (setbacks.none() ? NEW.toNanos() : 0);
        enter(named(ServerState.Name.STARTING, null, null, null));
        Thread.ofVirtual().name("start-" + server.name()).start(() -> run(mine));
    }

    private void run(long mine) {
        try {
            switch (beginning.lend()) {
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

    private void begin(long mine, Lent.Ready lent) {
        var instance = new Instance(lent, log, runtime.deadlines(), this, client);
        if (!comes(mine, instance)) {
            instance.close();
            return;
        }
        try {
            Credit.record(runtime.audit(), server, lent);
            var pid = beginning.connect(instance, lent);
            instance.readings().first(() -> up(mine, instance, beginning.introduced(instance), pid));
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

    private void up(long mine, Instance instance, Map<Kind, List<Definition>> read, @Nullable Long pid) {
        var named = lists.named(read);
        Set<Kind> others;
        lock.lock();
        try {
            if (mine != generation) {
                instance.leave();
                return;
            }
            current = instance;
            coming = null;
            others = lists.begin(named);
            readySince = System.nanoTime();
            enter(named(ServerState.Name.READY, null, null, pid));
        } finally {
            lock.unlock();
        }
        wishes.tell(instance);
        others.forEach(listChanged);
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
        var pause = setbacks.another();
        log.add("[kruxos] " + why + "; next try in " + pause.toSeconds() + " s");
        var name = setbacks.broken() ? ServerState.Name.BROKEN : ServerState.Name.BACKING_OFF;
        enter(named(name, why, command("logs"), null));
        var mine = generation;
        var _ = runtime.timer().schedule(() -> again(mine), pause.toMillis(), TimeUnit.MILLISECONDS);
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
        wishes.subscriptions().updated(news);
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
            var named = lists.named(kind, beginning.list(instance, kind));
            lock.lock();
            try {
                if (current == instance) {
                    lists.change(kind, named);
                }
            } finally {
                lock.unlock();
            }
            listChanged.accept(kind);
        } catch (Handshake.Failed e) {
            log.add("[kruxos] its changed " + kind.member() + " could not be read: " + e.getMessage());
        }
    }

    @Override
    public void ended(Instance instance, String why) {
        lock.lock();
        try {
            if (current == instance) {
                current = null;
                setbacks.lived(readySince);
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
                new Answer.Down("server_disabled", "server " + server.name() + " is switched off", command("enable"));
            default ->
                new Answer.Down(
                        "server_unavailable", "server " + server.name() + " is not running" + detail, hint(now));
        };
    }

    private String command(String verb) {
        return "kruxos server " + verb + " " + server.name() + inSpace;
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
                lists.of(Kind.TOOL).size());
    }
}
