package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ServerCapabilities;
import com.kruxos.session.Responder;
import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.MessageListener;
import com.kruxos.transport.OutboundMessage;
import com.kruxos.transport.ServerConnection;
import com.kruxos.vault.Scrubber;
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
 * One life of a server's process: the requests it has not answered, the credentials it was lent, and its way to the
 * scrubber. Safe for any thread.
 */
final class Instance implements MessageListener {
    /** What an instance has to tell the supervision that started it. */
    interface InstanceListener {
        void onListChanged(Instance instance, FeatureKind kind);

        /** The notification is scrubbed. */
        void onResourceUpdated(Message.Notification news);

        void onInstanceEnded(Instance instance, String why);
    }

    /** For what is asked on the side. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    private final ResolvedCredentials.LeasedCredentials credentials;
    private final Scrubber redactor;
    private final LogBuffer logBuffer;
    private final TimeoutMonitor timeoutMonitor;
    private final InstanceListener listener;
    private final @Nullable ServerRequestRelay relay;
    private final AtomicLong lastId = new AtomicLong();
    private final ListRefresher listRefresher = new ListRefresher();
    private final Map<JsonRpcId, PendingRequest> pendingRequests = new ConcurrentHashMap<>();

    /** Guards {@link #draining} against the registration of exchanges. */
    private final Object lock = new Object();

    private boolean draining;
    private boolean credentialsReleased;
    private @Nullable String endReason;
    private volatile @Nullable ServerConnection connection;
    private volatile @Nullable ServerCapabilities capabilities;
    private final AtomicReference<@Nullable LogLevel> logLevel = new AtomicReference<>();

    /** @param client whom it lives for; absent when it is shared */
    Instance(
            ResolvedCredentials.LeasedCredentials lent,
            LogBuffer log,
            TimeoutMonitor deadlines,
            InstanceListener watcher,
            @Nullable ServerRequestRelay client) {
        this.credentials = lent;
        this.redactor = Scrubber.of(lent.leases().values());
        this.logBuffer = log;
        this.timeoutMonitor = deadlines;
        this.listener = watcher;
        this.relay = client;
    }

    void setConnection(ServerConnection made) {
        connection = made;
    }

    /** The server has introduced itself; tells it that we are ready. */
    void onInitialized(ServerCapabilities found) {
        capabilities = found;
        var to = connection;
        if (to != null) {
            to.setProtocolVersion(found.protocolVersion());
            to.sendAndAwait(OutboundMessage.of(JsonRpcWriter.notification("notifications/initialized", null)));
        }
    }

    /** Whether this severity is less than what it was told to log so far, which it then counts as told. */
    boolean lowerLogLevel(LogLevel least) {
        var before = logLevel.getAndUpdate(told -> told == null || least.compareTo(told) < 0 ? least : told);
        return before == null || least.compareTo(before) < 0;
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

    Scrubber redactor() {
        return redactor;
    }

    /** A place for an answer; absent when this life takes no new requests. */
    @Nullable
    PendingRequest openRequest(@Nullable NotificationListener news) {
        return openRequest(news, null);
    }

    /** The same, with a way on which the agent can be asked something meanwhile. */
    @Nullable
    PendingRequest openRequest(@Nullable NotificationListener news, @Nullable Responder aside) {
        synchronized (lock) {
            if (draining || endReason != null) {
                return null;
            }
            var exchange = new PendingRequest(JsonRpcId.of(lastId.incrementAndGet()), timeoutMonitor, news, aside);
            pendingRequests.put(exchange.id(), exchange);
            return exchange;
        }
    }

    /** The exchange is over, whatever came of it. */
    void closeRequest(PendingRequest exchange) {
        pendingRequests.remove(exchange.id());
        closeIfDrained();
        releaseCredentialsIfDone();
    }

    /** Hands bytes to the server; when it is gone the exchange ends as lost. */
    void send(PendingRequest exchange, OutboundMessage outgoing) {
        var to = connection;
        var sent = to == null ? ServerConnection.SendResult.CLOSED : to.send(outgoing);
        switch (sent) {
            case ACCEPTED -> {}
            case BUSY ->
                exchange.complete(new PendingRequest.Completion.NotSent("its input is full: it does not read"));
            case CLOSED -> exchange.complete(new PendingRequest.Completion.NotSent("its process is gone"));
        }
    }

    void sendMessage(byte[] message) {
        var to = connection;
        if (to != null) {
            to.send(OutboundMessage.priority(message));
        }
    }

    /** Asks something on our own account whose answer changes nothing; does not wait. */
    void requestAsync(String method, String params) {
        requestAsync(method, params, () -> {});
    }

    /** @param then run when it was answered, or will not be */
    void requestAsync(String method, String params, Runnable then) {
        Thread.ofVirtual().name("aside").start(() -> {
            try {
                requestAndWait(method, params);
            } finally {
                then.run();
            }
        });
    }

    private void requestAndWait(String method, String params) {
        var exchange = openRequest(null);
        if (exchange == null) {
            return;
        }
        try {
            send(exchange, exchange.toOutbound(JsonRpcWriter.request(exchange.id(), method, params)));
            exchange.await(RESPONSE_TIMEOUT, RESPONSE_TIMEOUT);
        } finally {
            closeRequest(exchange);
        }
    }

    /** Takes no new requests; ends when the last one under way is answered. */
    void drain() {
        synchronized (lock) {
            draining = true;
        }
        closeIfDrained();
    }

    /** Ends now, with everything the process started. Returns when it is gone. */
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
                var exchange = pendingRequests.get(reply.id());
                if (exchange != null) {
                    exchange.complete(new PendingRequest.Completion.ReplyReceived(reply));
                }
            }
            case Message.Request request -> handleRequest(request);
            case Message.Notification notification -> handleNotification(notification);
            case Message.Malformed malformed ->
                logBuffer.add("[kruxos] a message of the server was dropped: " + malformed.reason());
        }
    }

    /** A shared server has no one to ask: it was told so, because we declared no capabilities. */
    private void handleRequest(Message.Request request) {
        var whom = relay;
        if (request.method().equals("ping")) {
            sendMessage(JsonRpcWriter.result(request.id(), "{}"));
        } else if (whom == null) {
            sendMessage(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "not offered by this client", null));
        } else {
            // It is written down first, which the thread that hears the server must not wait for.
            var clean = redactor.json(request.raw().bytes());
            var cause = likelyCause().orElse(null);
            Thread.startVirtualThread(
                    () -> whom.relay(this, clean, cause, responderFor(whom, cause), this::sendMessage));
        }
    }

    /** The newest call under way most likely caused what the server asks. */
    private Optional<PendingRequest> likelyCause() {
        return pendingRequests.values().stream()
                .filter(exchange -> exchange.agentResponder() != null)
                .max(Comparator.comparingLong(
                        exchange -> Long.parseLong(exchange.id().text())));
    }

    /** The way of the call that caused it, else the session's own line. */
    private Responder responderFor(ServerRequestRelay whom) {
        return responderFor(whom, likelyCause().orElse(null));
    }

    private static Responder responderFor(ServerRequestRelay whom, @Nullable PendingRequest cause) {
        var way = cause == null ? null : cause.agentResponder();
        return way == null ? whom.sessionResponder() : way;
    }

    private void handleNotification(Message.Notification notification) {
        switch (notification.method()) {
            case "notifications/progress" -> {
                var token = notification.params().progressToken();
                var exchange = token == null ? null : pendingRequests.get(token);
                if (exchange != null) {
                    exchange.onNotification(notification);
                }
            }
            case "notifications/message" -> handleLogMessage(notification);
            case "notifications/cancelled" -> {
                var whom = relay;
                if (whom != null) {
                    whom.onCancelled(this, notification, responderFor(whom));
                }
            }
            case "notifications/elicitation/complete" -> {
                var whom = relay;
                if (whom != null) {
                    whom.forwardElicitationComplete(
                            redactor.json(notification.raw().bytes()), responderFor(whom));
                }
            }
            case "notifications/resources/updated" -> handleResourceUpdated(notification);
            case "notifications/tools/list_changed" -> listener.onListChanged(this, FeatureKind.TOOL);
            case "notifications/prompts/list_changed" -> listener.onListChanged(this, FeatureKind.PROMPT);
            case "notifications/resources/list_changed" -> {
                listener.onListChanged(this, FeatureKind.RESOURCE);
                listener.onListChanged(this, FeatureKind.TEMPLATE);
            }
            default -> {
                // Whatever comes with later versions says nothing to today's agents.
            }
        }
    }

    /**
     * A log message names no request. It is passed on only where there can be no doubt whose call it is about; else it
     * might tell one agent of another's.
     */
    private void handleLogMessage(Message.Notification notification) {
        var whom = relay;
        if (whom != null) {
            whom.forwardLogMessage(redactor.json(notification.raw().bytes()), notification, responderFor(whom));
        }
        var underWay = whom == null ? List.copyOf(pendingRequests.values()) : List.<PendingRequest>of();
        if (underWay.size() == 1) {
            underWay.getFirst().onNotification(notification);
        }
        appendLog("[log] " + new String(notification.raw().bytes(), StandardCharsets.UTF_8));
    }

    private void handleResourceUpdated(Message.Notification notification) {
        var clean = redactor.json(notification.raw().bytes());
        if (JsonRpcReader.readFromServer(clean) instanceof Message.Notification news) {
            listener.onResourceUpdated(news);
        }
    }

    @Override
    public void onDropped(@Nullable JsonRpcId answered, String why) {
        appendLog("[kruxos] " + why);
        var exchange = answered == null ? null : pendingRequests.get(answered);
        if (exchange != null) {
            exchange.complete(new PendingRequest.Completion.TransportFailed(
                    new DeliveryFailure(DeliveryFailure.FailureKind.LOST, why)));
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

    /** Lines that come after the credentials were given back cannot be scrubbed any more, and are not kept. */
    private void appendLog(String line) {
        synchronized (lock) {
            if (!credentialsReleased) {
                logBuffer.add(redactor.text(line));
            }
        }
    }

    @Override
    public void onEnd(String why) {
        String reason;
        synchronized (lock) {
            if (endReason != null) {
                return;
            }
            reason = redactor.text(why);
            endReason = reason;
        }
        pendingRequests
                .values()
                .forEach(exchange -> exchange.complete(new PendingRequest.Completion.InstanceLost(reason)));
        var whom = relay;
        if (whom != null) {
            whom.abandonRequestsOf(this);
        }
        listener.onInstanceEnded(this, reason);
        releaseCredentialsIfDone();
    }

    /** The credentials are wiped when the process is gone and the last of its answers has been scrubbed. */
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
