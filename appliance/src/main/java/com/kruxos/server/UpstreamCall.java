package com.kruxos.server;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Method;
import com.kruxos.rpc.Splice;
import com.kruxos.session.InFlightRequest;
import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.MessageMetadata;
import com.kruxos.transport.OutboundMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way to one process and back: ids, token and name are exchanged on the way, nothing else. */
final class UpstreamCall {
    private final Instance instance;
    private final ResolvedTarget target;
    private final Message.Request request;
    private final InFlightRequest inFlight;
    private final Consumer<byte[]> notificationSink;
    private final boolean isRetry;
    private boolean sessionLost;

    /** @param again whether another life of the server took nothing of this because it did not know the session */
    UpstreamCall(
            Instance instance,
            ResolvedTarget target,
            Message.Request request,
            InFlightRequest flight,
            Consumer<byte[]> news,
            boolean again) {
        this.instance = instance;
        this.target = target;
        this.request = request;
        this.inFlight = flight;
        this.notificationSink = news;
        this.isRetry = again;
    }

    /** The answer; absent when this life of the server took nothing, and the next one must be asked. */
    @Nullable
    CallResult execute(ServerDependencies runtime) {
        var exchange = instance.openRequest(this::forwardNotification, inFlight.responder());
        if (exchange == null) {
            return null;
        }
        try {
            inFlight.onWithdrawn(withdrawal -> onWithdrawn(exchange, withdrawal));
            instance.send(
                    exchange,
                    new ForwardedRequest(
                            rewriteRequest(exchange.id()), request.knownMethod(), inFlight, exchange, isRetry));
            return toResult(runtime, exchange, exchange.await(runtime.idleTimeout(), runtime.maxDuration()));
        } finally {
            instance.closeRequest(exchange);
        }
    }

    /** Whether the server took nothing because it did not know the session. */
    boolean isSessionLost() {
        return sessionLost;
    }

    /** Bytes that leave only while the flight may. */
    private static final class ForwardedRequest implements OutboundMessage {
        private final byte[] bytes;
        private final @Nullable Method method;
        private final InFlightRequest inFlight;
        private final PendingRequest pending;
        private final boolean isRetry;

        ForwardedRequest(
                byte[] bytes, @Nullable Method method, InFlightRequest flight, PendingRequest exchange, boolean again) {
            this.bytes = bytes;
            this.method = method;
            this.inFlight = flight;
            this.pending = exchange;
            this.isRetry = again;
        }

        @Override
        public boolean isSessionRetry() {
            return isRetry;
        }

        @Override
        public void onFailure(DeliveryFailure failure) {
            pending.complete(new PendingRequest.Completion.TransportFailed(failure));
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public MessageMetadata metadata() {
            return new MessageMetadata(method, pending.id(), null);
        }

        @Override
        public boolean claim() {
            return inFlight.claim();
        }
    }

    private byte[] rewriteRequest(JsonRpcId id) {
        var params = request.params();
        return new Splice(request.raw().bytes())
                .replace(request.raw().idSpan(), id)
                .replace(request.raw().methodSpan(), JsonRpcWriter.quoteToBytes(request.method()))
                .replace(target.nameSpan(), JsonRpcWriter.quoteToBytes(target.upstreamName()))
                .replace(params.progressTokenSpan(), id)
                .toByteArray();
    }

    private @Nullable CallResult toResult(
            ServerDependencies runtime, PendingRequest exchange, PendingRequest.Completion end) {
        return switch (end) {
            case PendingRequest.Completion.ReplyReceived reply -> replyResult(reply.message());
            case PendingRequest.Completion.InstanceLost lost ->
                new CallResult.Lost("server " + target.serverName() + " went away: " + lost.reason());
            case PendingRequest.Completion.NotSent refused ->
                new CallResult.Unavailable(
                        "server_unavailable",
                        "server " + target.serverName() + " took no request: " + refused.reason(),
                        "try again; " + hintCommand(runtime, "logs") + " shows what it said");
            case PendingRequest.Completion.RequestWithdrawn _ -> new CallResult.Withdrawn();
            case PendingRequest.Completion.TransportFailed failed -> failureResult(runtime, failed.failure());
            case PendingRequest.Completion.DeadlineExceeded late -> {
                instance.sendMessage(JsonRpcWriter.notification(
                        Method.CANCELLED, "{\"requestId\":" + exchange.id() + ",\"reason\":\"timed out\"}"));
                yield new CallResult.TimedOut("server " + target.serverName() + ": " + late.reason());
            }
        };
    }

    private @Nullable CallResult failureResult(ServerDependencies runtime, DeliveryFailure failure) {
        var name = target.serverName();
        return switch (failure.kind()) {
            case SESSION_GONE -> {
                sessionLost = true;
                yield inFlight.releaseClaim() ? null : new CallResult.Withdrawn();
            }
            case NOT_TAKEN ->
                new CallResult.Unavailable(
                        "server_unavailable",
                        "server " + name + " took no request: " + failure.reason(),
                        "try again; " + hintCommand(runtime, "show") + " says how it stands");
            case UNAUTHORIZED ->
                new CallResult.Unavailable(
                        "credential_refused",
                        "server " + name + " refused the credential it was shown: " + failure.reason(),
                        "ask the operator to renew it: " + hintCommand(runtime, "show") + " names it");
            case LOST -> new CallResult.Lost("server " + name + ": " + failure.reason());
        };
    }

    private String hintCommand(ServerDependencies runtime, String verb) {
        return runtime.spaces()
                .cliCommand(
                        "kruxos server " + verb + " " + target.serverName(),
                        inFlight.session().connectionInfo().spaceId());
    }

    private CallResult replyResult(Message.Reply reply) {
        var message = new Splice(reply.raw().bytes())
                .replace(reply.raw().idSpan(), request.id())
                .toByteArray();
        return new CallResult.Replied(
                instance.redactor().redactJson(message),
                reply.isError(),
                instance.credentials().versionedNames());
    }

    /** Progress goes on under the agent's own token; of log messages, what the agent wants to hear. */
    private void forwardNotification(Message.Notification said) {
        var token = request.params().progressToken();
        if (said.params().progressToken() == null) {
            var level = said.params().level();
            if (LogLevel.of(level == null ? "" : level)
                    .filter(severity -> severity.compareTo(inFlight.session().logLevel()) >= 0)
                    .isPresent()) {
                notificationSink.accept(
                        instance.redactor().redactJson(said.raw().bytes()));
            }
        } else if (token != null) {
            var message = new Splice(said.raw().bytes())
                    .replace(said.params().progressTokenSpan(), token)
                    .toByteArray();
            notificationSink.accept(instance.redactor().redactJson(message));
        }
    }

    private void onWithdrawn(PendingRequest exchange, InFlightRequest.Withdrawal withdrawal) {
        if (exchange.complete(new PendingRequest.Completion.RequestWithdrawn()) && withdrawal.wasDispatched()) {
            instance.sendMessage(cancelledNotification(exchange.id(), withdrawal.cancellation()));
        }
    }

    /** The agent's own words under the id the server knows; ours when the agent is gone. */
    private static byte[] cancelledNotification(JsonRpcId id, Message.@Nullable Notification said) {
        if (said == null) {
            return JsonRpcWriter.notification(
                    Method.CANCELLED, "{\"requestId\":" + id + ",\"reason\":\"the client is gone\"}");
        }
        return new Splice(said.raw().bytes())
                .replace(said.params().requestIdSpan(), id)
                .toByteArray();
    }
}
