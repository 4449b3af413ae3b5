package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.redact.Redactor;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ServerCapabilities;
import com.kruxos.session.Responder;
import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.MessageListener;
import com.kruxos.transport.OutboundMessage;
import com.kruxos.transport.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One running process or connection of a server, with its pending requests, its leased credentials and the redactor for
 * its output. Safe for any thread.
 */
final class Instance implements MessageListener {
    /** Receives the events of an instance. Called on the thread that reads from the server. */
    interface InstanceListener {
        void onListChanged(Instance instance, FeatureKind kind);

        /** The notification is redacted. */
        void onResourceUpdated(Message.Notification notification);

        void onInstanceEnded(Instance instance, String reason);
    }

    /** For requests of our own that no call waits for. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    private final ResolvedCredentials.LeasedCredentials credentials;
    private final Redactor redactor;
    private final LogBuffer logBuffer;
    private final TimeoutMonitor timeoutMonitor;
    private final InstanceListener listener;
    private final @Nullable ServerRequestRelay relay;
    private final AtomicLong lastId = new AtomicLong();
    private final ListRefresher listRefresher = new ListRefresher();
    private final Map<JsonRpcId, PendingRequest> pendingRequests = new ConcurrentHashMap<>();

    /** Guards the fields below, and that no request is opened once {@link #draining} or {@link #endReason} is set. */
    private final Object lock = new Object();

    private boolean draining;
    private boolean credentialsReleased;
    private @Nullable String endReason;
    private volatile @Nullable ServerConnection connection;
    private volatile @Nullable ServerCapabilities capabilities;
    private final AtomicReference<@Nullable LogLevel> logLevel = new AtomicReference<>();

    /** @param relay to the session this instance belongs to; absent when the instance is shared */
    Instance(
            ResolvedCredentials.LeasedCredentials credentials,
            LogBuffer logBuffer,
            TimeoutMonitor timeoutMonitor,
            InstanceListener listener,
            @Nullable ServerRequestRelay relay) {
        this.credentials = credentials;
        this.redactor = Redactor.of(credentials.leases().values());
        this.logBuffer = logBuffer;
        this.timeoutMonitor = timeoutMonitor;
        this.listener = listener;
        this.relay = relay;
    }

    void setConnection(ServerConnection opened) {
        connection = opened;
    }

    /** Completes the handshake: sends {@code notifications/initialized}. */
    void onInitialized(ServerCapabilities declared) {
        capabilities = declared;
        var to = connection;
        if (to != null) {
            to.setProtocolVersion(declared.protocolVersion());
            to.sendAndAwait(OutboundMessage.of(JsonRpcWriter.notification(McpMethod.INITIALIZED, null)));
        }
    }

    /** Whether this level must be sent to the server because it is lower than the last one; remembers it as sent. */
    boolean lowerLogLevel(LogLevel level) {
        var before = logLevel.getAndUpdate(sent -> sent == null || level.compareTo(sent) < 0 ? level : sent);
        return before == null || level.compareTo(before) < 0;
    }

    boolean hasCapability(String capability) {
        var known = capabilities;
        return known != null && known.names().contains(capability);
    }

    ListRefresher listRefresher() {
        return listRefresher;
    }

    ResolvedCredentials.LeasedCredentials credentials() {
        return credentials;
    }

    Redactor redactor() {
        return redactor;
    }

    /** Registers a request of our own; returns null when the instance takes no new requests. */
    @Nullable
    PendingRequest openRequest(@Nullable NotificationListener listener) {
        return openRequest(listener, null);
    }

    /**
     * Registers a request of an agent.
     *
     * @param listener receives the progress and log notifications of the request
     * @param agentResponder on which requests of the server reach that agent
     */
    @Nullable
    PendingRequest openRequest(@Nullable NotificationListener listener, @Nullable Responder agentResponder) {
        synchronized (lock) {
            if (draining || endReason != null) {
                return null;
            }
            var pending = new PendingRequest(
                    JsonRpcId.of(lastId.incrementAndGet()), timeoutMonitor, listener, agentResponder);
            pendingRequests.put(pending.id(), pending);
            return pending;
        }
    }

    /** Removes a request, whether it was answered or not. */
    void closeRequest(PendingRequest pending) {
        pendingRequests.remove(pending.id());
        closeIfDrained();
        releaseCredentialsIfDone();
    }

    /** Writes the request. Completes it as not sent when that is impossible. */
    void send(PendingRequest pending, OutboundMessage outgoing) {
        var to = connection;
        var sent = to == null ? ServerConnection.SendResult.CLOSED : to.send(outgoing);
        switch (sent) {
            case ACCEPTED -> {}
            case BUSY ->
                pending.complete(new PendingRequest.Completion.NotSent("its input is full because it does not read"));
            case CLOSED -> pending.complete(new PendingRequest.Completion.NotSent("its process has ended"));
        }
    }
    /** Sends a notification or a response ahead of queued requests. Does nothing before the connection is made. */
    void sendMessage(byte[] message) {
        var to = connection;
        if (to != null) {
            to.send(OutboundMessage.priority(message));
        }
    }

    /** Sends a request of our own whose response is not needed. Does not wait. */
    void requestAsync(McpMethod method, String params) {
        requestAsync(method, params, () -> {});
    }

    /** @param then called when the request is answered or has failed */
    void requestAsync(McpMethod method, String params, Runnable then) {
        Thread.ofVirtual().name("own-request").start(() -> {
            try {
                requestAndWait(method, params);
            } finally {
                then.run();
            }
        });
    }

    private void requestAndWait(McpMethod method, String params) {
        var pending = openRequest(null);
        if (pending == null) {
            return;
        }
        try {
            send(pending, pending.toOutbound(JsonRpcWriter.request(pending.id(), method, params)));
            pending.await(RESPONSE_TIMEOUT, RESPONSE_TIMEOUT);
        } finally {
            closeRequest(pending);
        }
    }

    /** Takes no new requests, and closes when the last pending one is complete. */
    void drain() {
        synchronized (lock) {
            draining = true;
        }
        closeIfDrained();
    }

    /** Ends the process with all its children. Returns when they have ended. */
    void close() {
        synchronized (lock) {
            draining = true;
        }
        var to = connection;
        if (to != null) {
            to.close();
        } else {
            onEnd("it was not started");
        }
    }

    private void closeIfDrained() {
        boolean close;
        synchronized (lock) {
            close = draining && endReason == null && pendingRequests.isEmpty();
        }
        if (close) {
            Thread.ofVirtual().name("recycle").start(this::close);
        }
    }

    @Override
    public void onMessage(byte[] text, Message read) {
        switch (read) {
            case Message.Reply reply -> {
                var pending = pendingRequests.get(reply.id());
                if (pending != null) {
                    pending.complete(new PendingRequest.Completion.ReplyReceived(reply));
                }
            }
            case Message.Request request -> handleRequest(request);
            case Message.Notification notification -> handleNotification(notification);
            case Message.Malformed malformed ->
                logBuffer.add("[kruxos] an invalid message was dropped: " + malformed.reason());
        }
    }

    /** A shared instance declares no client capabilities, so only {@code ping} is answered for it. */
    private void handleRequest(Message.Request request) {
        var agent = relay;
        if (request.knownMethod() == McpMethod.PING) {
            sendMessage(JsonRpcWriter.result(request.id(), "{}"));
        } else if (agent == null) {
            sendMessage(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "not offered by this client", null));
        } else {
            // The audit record is written before the request is relayed; the reading thread must not wait for it.
            var redacted = redactor.redactJson(request.raw().bytes());
            var cause = likelyCause().orElse(null);
            Thread.startVirtualThread(
                    () -> agent.relay(this, redacted, cause, responderFor(agent, cause), this::sendMessage));
        }
    }

    /** The newest pending call most likely caused a request of the server. */
    private Optional<PendingRequest> likelyCause() {
        return pendingRequests.values().stream()
                .filter(pending -> pending.agentResponder() != null)
                .max(Comparator.comparingLong(
                        pending -> Long.parseLong(pending.id().text())));
    }

    /** The responder of the call that caused the message, else that of the session. */
    private Responder responderFor(ServerRequestRelay agent) {
        return responderFor(agent, likelyCause().orElse(null));
    }

    private static Responder responderFor(ServerRequestRelay agent, @Nullable PendingRequest cause) {
        var responder = cause == null ? null : cause.agentResponder();
        return responder == null ? agent.sessionResponder() : responder;
    }

    private void handleNotification(Message.Notification notification) {
        switch (notification.knownMethod()) {
            case PROGRESS -> {
                var token = notification.params().progressToken();
                var pending = token == null ? null : pendingRequests.get(token);
                if (pending != null) {
                    pending.onNotification(notification);
                }
            }
            case LOG_MESSAGE -> handleLogMessage(notification);
            case CANCELLED -> {
                var agent = relay;
                if (agent != null) {
                    agent.onCancelled(this, notification, responderFor(agent));
                }
            }
            case ELICITATION_COMPLETE -> {
                var agent = relay;
                if (agent != null) {
                    agent.forwardElicitationComplete(
                            redactor.redactJson(notification.raw().bytes()), responderFor(agent));
                }
            }
            case RESOURCES_UPDATED -> handleResourceUpdated(notification);
            case TOOLS_LIST_CHANGED -> listener.onListChanged(this, FeatureKind.TOOL);
            case PROMPTS_LIST_CHANGED -> listener.onListChanged(this, FeatureKind.PROMPT);
            case RESOURCES_LIST_CHANGED -> {
                listener.onListChanged(this, FeatureKind.RESOURCE);
                listener.onListChanged(this, FeatureKind.TEMPLATE);
            }
            case null, default -> {
                // Notifications of later protocol versions mean nothing to the agents of today.
            }
        }
    }

    /**
     * A log message names no request. A shared instance's message is forwarded only while a single request is pending,
     * so that it cannot disclose one agent's call to another.
     */
    private void handleLogMessage(Message.Notification notification) {
        var agent = relay;
        if (agent != null) {
            agent.forwardLogMessage(redactor.redactJson(notification.raw().bytes()), notification, responderFor(agent));
        }
        var candidates = agent == null ? List.copyOf(pendingRequests.values()) : List.<PendingRequest>of();
        if (candidates.size() == 1) {
            candidates.getFirst().onNotification(notification);
        }
        appendLog("[log] " + new String(notification.raw().bytes(), StandardCharsets.UTF_8));
    }

    private void handleResourceUpdated(Message.Notification notification) {
        var redacted = redactor.redactJson(notification.raw().bytes());
        if (JsonRpcReader.readFromServer(redacted) instanceof Message.Notification updated) {
            listener.onResourceUpdated(updated);
        }
    }

    @Override
    public void onDropped(@Nullable JsonRpcId id, String reason) {
        appendLog("[kruxos] " + reason);
        var pending = id == null ? null : pendingRequests.get(id);
        if (pending != null) {
            pending.complete(new PendingRequest.Completion.TransportFailed(
                    new DeliveryFailure(DeliveryFailure.FailureKind.LOST, reason)));
        }
    }

    @Override
    public void onInvalidText(String line) {
        appendLog(line);
    }

    @Override
    public void onStderr(String line) {
        appendLog(line);
    }

    /** Drops lines that arrive after the credentials were released, because they can no longer be redacted. */
    private void appendLog(String line) {
        synchronized (lock) {
            if (!credentialsReleased) {
                logBuffer.add(redactor.redactText(line));
            }
        }
    }

    @Override
    public void onEnd(String rawReason) {
        String reason;
        synchronized (lock) {
            if (endReason != null) {
                return;
            }
            reason = redactor.redactText(rawReason);
            endReason = reason;
        }
        pendingRequests
                .values()
                .forEach(pending -> pending.complete(new PendingRequest.Completion.InstanceLost(reason)));
        var agent = relay;
        if (agent != null) {
            agent.abandonRequestsOf(this);
        }
        listener.onInstanceEnded(this, reason);
        releaseCredentialsIfDone();
    }

    /** Wipes the credentials once the process has ended and the last response has been redacted. */
    private void releaseCredentialsIfDone() {
        synchronized (lock) {
            if (endReason == null || credentialsReleased || !pendingRequests.isEmpty()) {
                return;
            }
            credentialsReleased = true;
        }
        redactor.close();
        credentials.close();
    }
}
