package com.kruxos.server;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.egress.CannotConnect;
import com.kruxos.process.CannotStart;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.Message;
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
final class ServerSupervisor implements Instance.InstanceListener {
    /** How long others wait for the lists of a server that nobody has seen yet, from its first try on. */
    private static final Duration FIRST_LISTS_TIMEOUT = Duration.ofSeconds(10);

    /** What a caller who wants to use the server gets. */
    sealed interface Readiness {
        record InstanceReady(Instance instance) implements Readiness {}

        record NotReady(CallResult.Unavailable result) implements Readiness {}
    }

    private final Server server;
    private final ServerDependencies dependencies;
    private final Consumer<FeatureKind> listChangedCallback;

    /** How commands say which Space they mean; known beforehand, for they are made under the lock. */
    private final String spaceOption;

    private final @Nullable ServerRequestRelay relay;
    private final AtomicBoolean sessionEndHookClaimed = new AtomicBoolean();
    private final InstanceStarter starter;
    private final FeatureLists featureLists;
    private final DesiredState desiredState;
    private final LogBuffer logBuffer = new LogBuffer();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stateChanged = lock.newCondition();

    // All below is guarded by lock; what other threads read without it is volatile.
    private volatile ServerState state;
    private @Nullable Instance currentInstance;

    /** The one that is being started and introduced. */
    private @Nullable Instance startingInstance;

    /** Counts starts, so that one overtaken by a newer one notices. */
    private long startGeneration;

    private final RestartBackoff backoff = new RestartBackoff();
    private long readySinceNanos;
    private volatile boolean closed;

    /** Until when others wait for its first lists; they do not when it has failed already. */
    private volatile long firstListsDeadlineNanos;

    /**
     * Takes a server that does not run yet.
     *
     * @param subscriptions what agents follow of it already
     * @param client the agent's session it lives for; absent when it is shared
     */
    ServerSupervisor(
            Server server,
            ServerDependencies runtime,
            FeatureTable features,
            Subscriptions subscriptions,
            @Nullable ServerRequestRelay client,
            Consumer<FeatureKind> listChanged) {
        this.server = server;
        this.dependencies = runtime;
        this.relay = client;
        this.listChangedCallback = listChanged;
        this.spaceOption = runtime.spaces().cliOption(server.space());
        this.starter = new InstanceStarter(server, runtime, client);
        this.featureLists = new FeatureLists(server, features, client != null);
        this.desiredState = new DesiredState(subscriptions, this::runningInstance);
        this.closed = !server.enabled();
        this.state =
                newState(server.enabled() ? ServerState.Phase.STOPPED : ServerState.Phase.DISABLED, null, null, null);
    }

    Server server() {
        return server;
    }

    ServerState state() {
        return state;
    }

    List<Feature> features() {
        return closed ? List.of() : featureLists.all();
    }

    List<Feature> features(FeatureKind kind) {
        return closed ? List.of() : featureLists.list(kind);
    }

    /** Lists that only the agent it lives for sees; those that are as everybody's are not among them. */
    Map<FeatureKind, List<Feature>> sessionLists() {
        return featureLists.sessionLists();
    }

    /** What agents want of it; each of its lives is told. */
    DesiredState desiredState() {
        return desiredState;
    }

    /** The running life, if there is one; starts nothing. */
    @Nullable
    Instance runningInstance() {
        lock.lock();
        try {
            return currentInstance;
        } finally {
            lock.unlock();
        }
    }

    List<String> logLines() {
        return logBuffer.lines();
    }

    /** Whether it declared a capability when it was last heard of. */
    boolean hasCapability(String capability) {
        var life = runningInstance();
        return life == null ? featureLists.hasFeaturesFor(capability) : life.hasCapability(capability);
    }

    /** True once: whoever hears it sees to it that this life ends with its session. */
    boolean claimSessionEndHook() {
        return sessionEndHookClaimed.compareAndSet(false, true);
    }

    /** Begins to start the server unless it runs or is about to. */
    void start() {
        lock.lock();
        try {
            if (!closed && currentInstance == null && state.phase() != ServerState.Phase.STARTING) {
                beginStart();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits here looks again whether it still wants to. */
    void wakeWaiters() {
        lock.lock();
        try {
            stateChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A running instance; starts the server or waits for its restart when that is near.
     *
     * @param givenUp whether nobody wants it any more; {@link #wakeWaiters} when that changes
     */
    Readiness awaitReady(Duration patience, BooleanSupplier givenUp) {
        var deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (true) {
                var running = currentInstance;
                if (running != null) {
                    return new Readiness.InstanceReady(running);
                }
                switch (state.phase()) {
                    case STOPPED -> beginStart();
                    case DISABLED, MISSING_SECRET, BROKEN -> {
                        return new Readiness.NotReady(unavailable());
                    }
                    case BACKING_OFF -> {
                        if (backoff.isRetryAfter(deadline)) {
                            return new Readiness.NotReady(unavailable());
                        }
                    }
                    case STARTING, READY -> {}
                }
                var left = deadline - System.nanoTime();
                if (left <= 0 || givenUp.getAsBoolean()) {
                    return new Readiness.NotReady(unavailable());
                }
                stateChanged.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Readiness.NotReady(
                    new CallResult.Unavailable("interrupted", "the appliance is stopping", "try again"));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the server has listed its tools once, has failed to, or is new no more. */
    void awaitFirstLists() {
        lock.lock();
        try {
            while (isAwaitingFirstLists()) {
                stateChanged.awaitNanos(firstListsDeadlineNanos - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is new: nobody knows yet which tools it has, and it is about to say so. */
    boolean isAwaitingFirstLists() {
        return hasNeverListed() && !closed && isStartingOrReady() && firstListsDeadlineNanos - System.nanoTime() > 0;
    }

    /** Whether nobody knows which tools it has. */
    boolean hasNeverListed() {
        return !featureLists.hasListed();
    }

    private boolean isStartingOrReady() {
        return state.phase() == ServerState.Phase.STARTING || state.phase() == ServerState.Phase.READY;
    }

    /** The next call runs with what the vault says now; calls under way end with what they had. */
    void recycle() {
        Instance old;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            old = currentInstance;
            currentInstance = null;
            backoff.reset();
            logBuffer.add("[kruxos] restarted: a secret of its changed");
            beginStart();
        } finally {
            lock.unlock();
        }
        if (old != null) {
            old.drain();
        }
    }

    /** This life took a request and cannot answer it any more: the next one begins at once. */
    void replaceLost(Instance dead) {
        lock.lock();
        try {
            if (currentInstance != dead || closed) {
                return;
            }
            currentInstance = null;
            beginStart();
        } finally {
            lock.unlock();
        }
        dead.drain();
    }

    /** Ends the server for good, also one that is only starting. Returns when its process is gone. */
    void close() {
        Instance old;
        Instance half;
        lock.lock();
        try {
            closed = true;
            startGeneration++;
            old = currentInstance;
            half = startingInstance;
            currentInstance = null;
            startingInstance = null;
            transitionTo(newState(ServerState.Phase.DISABLED, null, null, null));
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

    private void beginStart() {
        var overtaken = startingInstance;
        if (overtaken != null) {
            startingInstance = null;
            Thread.ofVirtual().name("overtaken").start(overtaken::close);
        }
        var mine = ++startGeneration;
        firstListsDeadlineNanos = System.nanoTime() + (backoff.hasNoFailures() ? FIRST_LISTS_TIMEOUT.toNanos() : 0);
        transitionTo(newState(ServerState.Phase.STARTING, null, null, null));
        Thread.ofVirtual().name("start-" + server.name()).start(() -> runStart(mine));
    }

    private void runStart(long mine) {
        try {
            switch (starter.acquireCredentials()) {
                case ResolvedCredentials.MissingCredential missing -> onMissingSecret(mine, missing);
                case ResolvedCredentials.LeasedCredentials lent -> startInstance(mine, lent);
            }
        } catch (RuntimeException e) {
            onStartFailed(
                    mine,
                    e instanceof AuditWriteFailed
                            ? "the audit cannot record"
                            : "its credentials cannot be lent: " + e.getMessage());
        }
    }

    private void startInstance(long mine, ResolvedCredentials.LeasedCredentials lent) {
        var instance = new Instance(lent, logBuffer, dependencies.timeoutMonitor(), this, relay);
        if (!registerStarting(mine, instance)) {
            instance.close();
            return;
        }
        try {
            LeaseAudit.record(dependencies.audit(), server, lent);
            var pid = starter.connect(instance, lent);
            instance.listRefresher().runInitial(() -> onReady(mine, instance, starter.initialize(instance), pid));
        } catch (CannotStart e) {
            instance.close();
            onStartFailed(mine, e.getMessage() + " (" + e.hint() + ")");
        } catch (CannotConnect e) {
            instance.close();
            onStartFailed(mine, e.getMessage() + " (" + e.hint() + ")");
        } catch (Handshake.HandshakeFailed e) {
            instance.close();
            onStartFailed(mine, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    /** Whether this start still counts; if so, whoever ends the server ends this life of it too. */
    private boolean registerStarting(long mine, Instance instance) {
        lock.lock();
        try {
            if (mine == startGeneration) {
                startingInstance = instance;
            }
            return mine == startGeneration;
        } finally {
            lock.unlock();
        }
    }

    private void onReady(
            long mine, Instance instance, Map<FeatureKind, List<FeatureDefinition>> read, @Nullable Long pid) {
        var named = featureLists.assignNames(read);
        Set<FeatureKind> others;
        lock.lock();
        try {
            if (mine != startGeneration) {
                instance.drain();
                return;
            }
            currentInstance = instance;
            startingInstance = null;
            others = featureLists.replaceAll(named);
            readySinceNanos = System.nanoTime();
            transitionTo(newState(ServerState.Phase.READY, null, null, pid));
        } finally {
            lock.unlock();
        }
        desiredState.replayTo(instance);
        others.forEach(listChangedCallback);
    }

    private void onMissingSecret(long mine, ResolvedCredentials.MissingCredential missing) {
        lock.lock();
        try {
            if (mine == startGeneration) {
                transitionTo(newState(ServerState.Phase.MISSING_SECRET, missing.detail(), missing.hint(), null));
            }
        } finally {
            lock.unlock();
        }
    }

    private void onStartFailed(long mine, String why) {
        lock.lock();
        try {
            if (mine == startGeneration && !closed) {
                startingInstance = null;
                backOff(why);
            }
        } finally {
            lock.unlock();
        }
    }

    private void backOff(String why) {
        var pause = backoff.recordFailure();
        logBuffer.add("[kruxos] " + why + "; next try in " + pause.toSeconds() + " s");
        var name = backoff.isBroken() ? ServerState.Phase.BROKEN : ServerState.Phase.BACKING_OFF;
        transitionTo(newState(name, why, hintCommand("logs"), null));
        var mine = startGeneration;
        var _ = dependencies.timer().schedule(() -> retryStart(mine), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void retryStart(long mine) {
        lock.lock();
        try {
            if (mine == startGeneration && !closed && currentInstance == null) {
                beginStart();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onResourceUpdated(Message.Notification news) {
        desiredState.subscriptions().forwardUpdate(news);
    }

    @Override
    public void onListChanged(Instance instance, FeatureKind kind) {
        instance.listRefresher().refresh(kind, () -> {
            if (runningInstance() == instance) {
                refreshList(instance, kind);
            }
        });
    }

    private void refreshList(Instance instance, FeatureKind kind) {
        try {
            var named = featureLists.assignNames(kind, starter.listFeatures(instance, kind));
            lock.lock();
            try {
                if (currentInstance == instance) {
                    featureLists.replace(kind, named);
                }
            } finally {
                lock.unlock();
            }
            listChangedCallback.accept(kind);
        } catch (Handshake.HandshakeFailed e) {
            logBuffer.add("[kruxos] its changed " + kind.listMember() + " could not be read: " + e.getMessage());
        }
    }

    @Override
    public void onInstanceEnded(Instance instance, String why) {
        lock.lock();
        try {
            if (currentInstance == instance) {
                currentInstance = null;
                backoff.recordEnd(readySinceNanos);
                backOff(why);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why it cannot be used now, and what mends it. */
    CallResult.Unavailable unavailable() {
        var now = state;
        var detail = now.detail() == null ? "" : ": " + now.detail();
        return switch (now.phase()) {
            case MISSING_SECRET ->
                new CallResult.Unavailable(
                        "missing_secret", now.detail() == null ? "" : now.detail(), hintOrDefault(now));
            case DISABLED ->
                new CallResult.Unavailable(
                        "server_disabled", "server " + server.name() + " is switched off", hintCommand("enable"));
            default ->
                new CallResult.Unavailable(
                        "server_unavailable",
                        "server " + server.name() + " is not running" + detail,
                        hintOrDefault(now));
        };
    }

    private String hintCommand(String verb) {
        return "kruxos server " + verb + " " + server.name() + spaceOption;
    }

    private static String hintOrDefault(ServerState state) {
        var hint = state.hint();
        return hint == null ? "try again in a moment" : hint;
    }

    private void transitionTo(ServerState next) {
        state = next;
        stateChanged.signalAll();
    }

    private ServerState newState(
            ServerState.Phase name, @Nullable String detail, @Nullable String hint, @Nullable Long pid) {
        return new ServerState(
                name,
                detail,
                hint,
                dependencies.clock().instant(),
                pid,
                featureLists.list(FeatureKind.TOOL).size());
    }
}
