package com.kruxos.server;

import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.session.Caller;
import com.kruxos.session.InFlightRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Forwards calls and notifications of agents to servers. Safe for any thread. */
public final class CallDispatcher {
    /** How long a call waits for a server that is starting. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final ServerRuntime runtime;
    private final InstancePool instances;

    CallDispatcher(ServerRuntime runtime, InstancePool instances) {
        this.runtime = runtime;
        this.instances = instances;
    }

    /**
     * Sends a request to its server and waits for the response, which is redacted and carries the agent's id. A request
     * is sent again only when the instance certainly did not take it.
     *
     * @param inFlight may be withdrawn meanwhile
     * @param notificationSink receives progress and log messages of the call, redacted, with the agent's token
     */
    public CallResult dispatch(
            ResolvedTarget target,
            Message.Request request,
            InFlightRequest inFlight,
            Consumer<byte[]> notificationSink) {
        var supervisor = instances.forSession(target.serverId(), inFlight.session());
        if (supervisor == null) {
            return new CallResult.Unavailable(
                    "server_removed", "server " + target.serverName() + " was removed", "list the tools again");
        }
        inFlight.call().onWithdrawn(_ -> supervisor.wakeWaiters());
        var call = new UpstreamCall(runtime, target, request, inFlight, notificationSink);
        while (true) {
            switch (supervisor.awaitReady(START_TIMEOUT, inFlight.call()::isWithdrawn)) {
                case ServerSupervisor.Readiness.NotReady notReady -> {
                    return notReady.result();
                }
                case ServerSupervisor.Readiness.InstanceReady ready -> {
                    switch (call.sendTo(ready.instance())) {
                        case UpstreamCall.Attempt.Finished finished -> {
                            return finished.result();
                        }
                        case UpstreamCall.Attempt.NotTaken _ -> supervisor.replaceLost(ready.instance());
                    }
                }
            }
        }
    }

    /** Lowers the log level of the servers that this caller reaches, where they log less than the agent asked for. */
    public void setLogLevel(Caller caller, LogLevel level) {
        Stream.concat(instances.sharedInSpace(caller.spaceId()), instances.ofCaller(caller))
                .forEach(supervisor -> supervisor.desiredState().lowerLogLevelTo(level));
    }

    /** Forwards {@code roots/list_changed} to the per-agent instances of a caller. */
    public void notifyRootsChanged(Caller caller, Message.Notification notification) {
        instances
                .ofCaller(caller)
                .map(ServerSupervisor::runningInstance)
                .filter(Objects::nonNull)
                .forEach(instance -> instance.sendMessage(notification.raw().bytes()));
    }
}
