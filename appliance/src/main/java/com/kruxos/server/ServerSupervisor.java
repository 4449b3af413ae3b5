package com.kruxos.server;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.credential.ResolvedCredentials.LeasedCredentials;
import com.kruxos.credential.ResolvedCredentials.MissingCredential;
import com.kruxos.egress.CannotConnect;
import com.kruxos.process.CannotStart;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.Message;
import com.kruxos.server.SupervisorState.BackingOff;
import com.kruxos.server.SupervisorState.Disabled;
import com.kruxos.server.SupervisorState.Enabled;
import com.kruxos.server.SupervisorState.MissingSecret;
import com.kruxos.server.SupervisorState.Ready;
import com.kruxos.server.SupervisorState.Starting;
import com.kruxos.server.SupervisorState.Stopped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one server running: starts an instance, restarts it with back-off, and replaces it without dropping calls when
 * one of its secrets changes. {@link SupervisorState} draws the life cycle. Safe for any thread.
 */
final class ServerSupervisor implements Instance.InstanceListener {
    /** Whether a call can be sent. */
    sealed interface Readiness {
        record InstanceReady(Instance instance) implements Readiness {}

        record NotReady(CallResult.Unavailable result) implements Readiness {}
    }

    private final Server server;
    private final ServerRuntime runtime;
    private final Consumer<FeatureKind> listChangedCallback;

    /** Read once, because hints are built under the lock and the Space's name comes from the database. */
    private final String spaceOption;

    private final @Nullable ServerRequestRelay relay;
    private final InstanceStarter starter;
    private final FeatureLists featureLists;
    private final DesiredState desiredState;
    private final LogBuffer logBuffer = new LogBuffer();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stateChanged = lock.newCondition();

    /** Written under the lock; read without it where one read is enough. */
    private volatile SupervisorState state;

    /**
     * Creates the supervisor of a server that is not running.
     *
     * @param subscriptions what agents have subscribed to at this server already
     * @param relay to the session this instance belongs to; absent when the instance is shared
     * @param listChangedCallback called without the lock when agents should read a list again
     */
    ServerSupervisor(
            Server server,
            ServerRuntime runtime,
            Subscriptions subscriptions,
            @Nullable ServerRequestRelay relay,
            Consumer<FeatureKind> listChangedCallback) {
        this.server = server;
        this.runtime = runtime;
        this.relay = relay;
        this.listChangedCallback = listChangedCallback;
        this.spaceOption = runtime.spaces().cliOption(server.space());
        this.starter = new InstanceStarter(server, runtime, relay);
        this.featureLists = new FeatureLists(server, runtime.features(), relay != null);
        this.desiredState = new DesiredState(subscriptions, this::runningInstance);
        this.state = server.enabled() ? new Stopped(now()) : new Disabled(now());
    }

    Server server() {
        return server;
    }

    ServerState state() {
        var now = state;
        return new ServerState(
                now.phase(),
                now.detail(),
                now.hint(),
                now.since(),
                now.pid(),
                featureLists.list(FeatureKind.TOOL).size());
    }

    List<Feature> features() {
        return state instanceof Disabled ? List.of() : featureLists.all();
    }

    List<Feature> features(FeatureKind kind) {
        return state instanceof Disabled ? List.of() : featureLists.list(kind);
    }

    /** The lists of this session that differ from those of the shared instance. */
    Map<FeatureKind, List<Feature>> sessionLists() {
        return featureLists.sessionLists();
    }

    /** What is sent to every new instance. */
    DesiredState desiredState() {
        return desiredState;
    }

    /** The running instance; does not start one. */
    @Nullable
    Instance runningInstance() {
        return state instanceof Ready ready ? ready.instance() : null;
    }

    List<String> logLines() {
        return logBuffer.lines();
    }

    /** Whether the server declared this capability when it last ran. */
    boolean hasCapability(String capability) {
        var running = runningInstance();
        return running == null ? featureLists.hasFeaturesFor(capability) : running.hasCapability(capability);
    }

    /** Begins a start unless the server is running or starting. */
    void start() {
        locked(() -> {
            if (state instanceof Enabled enabled && !(enabled instanceof Starting || enabled instanceof Ready)) {
                beginStart(enabled.start(now()));
            }
        });
    }

    /** Makes threads in {@link #awaitReady} check again whether their call was withdrawn. */
    void wakeWaiters() {
        locked(stateChanged::signalAll);
    }

    /**
     * Returns a running instance. Starts the server, or waits for its restart when that comes in time.
     *
     * @param isWithdrawn whether the call needs no instance any more; call {@link #wakeWaiters} when it changes
     */
    Readiness awaitReady(Duration timeout, BooleanSupplier isWithdrawn) {
        var deadline = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            while (true) {
                switch (state) {
                    case Ready ready -> {
                        return new Readiness.InstanceReady(ready.instance());
                    }
                    case Stopped stopped -> beginStart(stopped.start(now()));
                    case Starting _ -> {}
                    case BackingOff waiting when waiting.isWorthWaitingFor(deadline) -> {}
                    case BackingOff _, MissingSecret _, Disabled _ -> {
                        return new Readiness.NotReady(unavailable());
                    }
                }
                var left = deadline - System.nanoTime();
                if (left <= 0 || isWithdrawn.getAsBoolean()) {
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

    /** Waits until the server has listed its features once, has failed, or has taken too long. */
    void awaitFirstLists() {
        lock.lock();
        try {
            while (hasNeverListed() && state instanceof Starting attempt) {
                var left = attempt.nanosUntilFirstListsDeadline();
                if (left <= 0) {
                    return;
                }
                stateChanged.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #awaitFirstLists} would wait. */
    boolean isAwaitingFirstLists() {
        return hasNeverListed() && state instanceof Starting attempt && attempt.nanosUntilFirstListsDeadline() > 0;
    }

    boolean hasNeverListed() {
        return !featureLists.hasListed();
    }

    /** Starts a new instance with the secrets as they are now. The old one finishes its calls and then ends. */
    void recycle() {
        var old = lockedGet(() -> {
            if (!(state instanceof Enabled enabled)) {
                return null;
            }
            var running = runningInstance();
            logBuffer.add("[kruxos] restarting: one of its secrets changed");
            beginStart(enabled.restart(now()));
            return running;
        });
        if (old != null) {
            old.drain();
        }
    }

    /** Starts a new instance in place of one that cannot answer requests any more. */
    void replaceLost(Instance lost) {
        var replaced = lockedGet(() -> {
            if (!(state instanceof Ready ready) || ready.instance() != lost) {
                return false;
            }
            beginStart(ready.start(now()));
            return true;
        });
        if (replaced) {
            lost.drain();
        }
    }

    /** Ends the server for good, even while it is starting. Returns when its process is gone. */
    void close() {
        var last = lockedGet(() -> {
            var instance = state.instance();
            transitionTo(new Disabled(now()));
            return instance;
        });
        if (last != null) {
            last.close();
        }
    }

    /** Enters a new attempt and runs it. The caller holds the lock. */
    private void beginStart(Starting attempt) {
        var overtaken = state instanceof Starting earlier ? earlier.instance() : null;
        if (overtaken != null) {
            Thread.ofVirtual().name("overtaken").start(overtaken::close);
        }
        transitionTo(attempt);
        Thread.ofVirtual().name("start-" + server.name()).start(() -> runStart(attempt));
    }

    private void runStart(Starting attempt) {
        try {
            switch (starter.acquireCredentials()) {
                case MissingCredential missing -> leave(attempt, attempt.missingSecret(now(), missing));
                case LeasedCredentials leased -> startInstance(attempt, leased);
            }
        } catch (AuditWriteFailed e) {
            onStartFailed(attempt, "the audit log cannot be written");
        } catch (RuntimeException e) {
            onStartFailed(attempt, "its credentials cannot be leased: " + e.getMessage());
        }
    }

    private void startInstance(Starting attempt, LeasedCredentials leased) {
        var instance = new Instance(leased, logBuffer, runtime.timeouts(), this, relay);
        if (!register(attempt, instance)) {
            instance.close();
            return;
        }
        try {
            LeaseAudit.record(runtime.audit(), server, leased);
            var pid = starter.connect(instance, leased);
            instance.listRefresher().runInitial(() -> onReady(attempt, instance, starter.initialize(instance), pid));
        } catch (CannotStart e) {
            instance.close();
            onStartFailed(attempt, e.getMessage() + " (" + e.hint() + ")");
        } catch (CannotConnect e) {
            instance.close();
            onStartFailed(attempt, e.getMessage() + " (" + e.hint() + ")");
        } catch (Handshake.HandshakeFailed e) {
            instance.close();
            onStartFailed(attempt, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    /** Lets {@link #close} and later attempts find the instance. False when this attempt was overtaken. */
    private boolean register(Starting attempt, Instance instance) {
        return lockedGet(() -> {
            attempt.register(instance);
            return state == attempt;
        });
    }

    private void onReady(
            Starting attempt, Instance instance, Map<FeatureKind, List<FeatureDefinition>> read, @Nullable Long pid) {
        var named = featureLists.assignNames(read);
        var changedLists = lockedGet(() -> {
            if (state != attempt) {
                return null;
            }
            var changed = featureLists.replaceAll(named);
            transitionTo(attempt.ready(now(), instance, pid));
            return changed;
        });
        if (changedLists == null) {
            instance.drain();
            return;
        }
        desiredState.replayTo(instance);
        changedLists.forEach(listChangedCallback);
    }

    private void onStartFailed(Starting attempt, String reason) {
        leave(attempt, attempt.failed(now(), reason, hintCommand("logs")));
    }

    @Override
    public void onInstanceEnded(Instance instance, String reason) {
        if (state instanceof Ready ready && ready.instance() == instance) {
            leave(ready, ready.ended(now(), reason, hintCommand("logs")));
        }
    }

    /** Enters the next state unless another thread has left this one already. */
    @SuppressWarnings("ReferenceEquality") // an equal state that was entered later is another one
    private void leave(SupervisorState from, SupervisorState next) {
        locked(() -> {
            if (state == from) {
                transitionTo(next);
                if (next instanceof BackingOff waiting) {
                    scheduleRetry(waiting);
                }
            }
        });
    }

    private void scheduleRetry(BackingOff waiting) {
        var delay = waiting.backoff().delay();
        logBuffer.add("[kruxos] " + waiting.detail() + "; next try in " + delay.toSeconds() + " s");
        var _ = runtime.timer().schedule(() -> retry(waiting), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void retry(BackingOff waiting) {
        locked(() -> {
            if (state == waiting) {
                beginStart(waiting.start(now()));
            }
        });
    }

    @Override
    public void onResourceUpdated(Message.Notification notification) {
        desiredState.subscriptions().forwardUpdate(notification);
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
            locked(() -> {
                if (runningInstance() == instance) {
                    featureLists.replace(kind, named);
                }
            });
            listChangedCallback.accept(kind);
        } catch (Handshake.HandshakeFailed e) {
            logBuffer.add("[kruxos] its changed " + kind.listMember() + " cannot be read: " + e.getMessage());
        }
    }

    /** Why no call can be sent now, and what to do about it. */
    CallResult.Unavailable unavailable() {
        var name = "server " + server.name();
        return switch (state) {
            case MissingSecret missing ->
                new CallResult.Unavailable("missing_secret", missing.detail(), missing.hint());
            case Disabled _ ->
                new CallResult.Unavailable("server_disabled", name + " is disabled", hintCommand("enable"));
            case BackingOff waiting ->
                new CallResult.Unavailable(
                        "server_unavailable", name + " is not running: " + waiting.detail(), waiting.hint());
            case Stopped _, Starting _, Ready _ ->
                new CallResult.Unavailable("server_unavailable", name + " is not running", "try again in a moment");
        };
    }

    private String hintCommand(String verb) {
        return "kruxos server " + verb + " " + server.name() + spaceOption;
    }

    private Instant now() {
        return runtime.clock().instant();
    }

    private void transitionTo(SupervisorState next) {
        state = next;
        stateChanged.signalAll();
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T lockedGet(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
