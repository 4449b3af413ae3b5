package com.kruxos.server;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Call;
import com.kruxos.session.InFlightRequest;
import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.MessageMetadata;
import com.kruxos.transport.OutboundMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request of an agent, forwarded to an instance. Only the id, the method, the name and the progress token are
 * rewritten; all other bytes stay as they are. Used by the thread of the call.
 */
final class UpstreamCall {
    /** What became of sending the request to one instance. */
    sealed interface Attempt {
        record Finished(CallResult result) implements Attempt {}

        /** The instance did not take the request: it ends, or its session is lost. The next instance must be asked. */
        record NotTaken() implements Attempt {}
    }

    private final ServerRuntime runtime;
    private final ResolvedTarget target;
    private final Message.Request request;
    private final InFlightRequest inFlight;
    private final Consumer<byte[]> notificationSink;

    /** Whether an earlier instance reported its session lost: if that happens again the call fails. */
    private boolean sessionLost;

    UpstreamCall(
            ServerRuntime runtime,
            ResolvedTarget target,
            Message.Request request,
            InFlightRequest inFlight,
            Consumer<byte[]> notificationSink) {
        this.runtime = runtime;
        this.target = target;
        this.request = request;
        this.inFlight = inFlight;
        this.notificationSink = notificationSink;
    }

    /** Sends the request and waits for its completion. */
    Attempt sendTo(Instance instance) {
        var pending =
                instance.openRequest(notification -> forwardNotification(instance, notification), inFlight.responder());
        if (pending == null) {
            return new Attempt.NotTaken();
        }
        try {
            inFlight.call().onWithdrawn(withdrawal -> onWithdrawn(instance, pending, withdrawal));
            instance.send(pending, new ForwardedRequest(rewriteRequest(pending.id()), pending));
            var limits = runtime.limits();
            return toAttempt(instance, pending, pending.await(limits.idleTimeout(), limits.maxDuration()));
        } finally {
            instance.closeRequest(pending);
        }
    }

    /** Bytes that are written only if the request has not been withdrawn by then. */
    private final class ForwardedRequest implements OutboundMessage {
        private final byte[] bytes;
        private final PendingRequest pending;
        private final boolean isRetry = sessionLost;

        ForwardedRequest(byte[] bytes, PendingRequest pending) {
            this.bytes = bytes;
            this.pending = pending;
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
            return new MessageMetadata(request.knownMethod(), pending.id(), null);
        }

        @Override
        public boolean claim() {
            return inFlight.call().claim();
        }
    }

    private byte[] rewriteRequest(JsonRpcId id) {
        return new Splice(request.raw().bytes())
                .replace(request.raw().idSpan(), id)
                .replace(request.raw().methodSpan(), JsonRpcWriter.quoteToBytes(request.method()))
                .replace(target.nameSpan(), JsonRpcWriter.quoteToBytes(target.upstreamName()))
                .replace(request.params().progressTokenSpan(), id)
                .toByteArray();
    }

    private Attempt toAttempt(Instance instance, PendingRequest pending, PendingRequest.Completion completion) {
        return switch (completion) {
            case PendingRequest.Completion.TransportFailed failed -> failedAttempt(failed.failure());
            case PendingRequest.Completion.ReplyReceived reply ->
                new Attempt.Finished(replyResult(instance, reply.message()));
            case PendingRequest.Completion.InstanceLost lost ->
                new Attempt.Finished(new CallResult.Lost("server " + target.serverName() + " ended: " + lost.reason()));
            case PendingRequest.Completion.NotSent notSent ->
                new Attempt.Finished(notTaken(notSent.reason(), "try again; %s shows its output", "logs"));
            case PendingRequest.Completion.RequestWithdrawn _ -> new Attempt.Finished(new CallResult.Withdrawn());
            case PendingRequest.Completion.DeadlineExceeded late -> {
                instance.sendMessage(JsonRpcWriter.notification(
                        McpMethod.CANCELLED, "{\"requestId\":" + pending.id() + ",\"reason\":\"timed out\"}"));
                yield new Attempt.Finished(
                        new CallResult.TimedOut("server " + target.serverName() + ": " + late.reason()));
            }
        };
    }

    private Attempt failedAttempt(DeliveryFailure failure) {
        var name = target.serverName();
        return switch (failure.kind()) {
            case SESSION_GONE -> {
                sessionLost = true;
                yield inFlight.call().releaseClaim()
                        ? new Attempt.NotTaken()
                        : new Attempt.Finished(new CallResult.Withdrawn());
            }
            case NOT_TAKEN -> new Attempt.Finished(notTaken(failure.reason(), "try again; %s shows its state", "show"));
            case UNAUTHORIZED ->
                new Attempt.Finished(new CallResult.Unavailable(
                        "credential_refused",
                        "server " + name + " refused its credential: " + failure.reason(),
                        "ask the operator to renew the credential; " + hintCommand("show") + " names it"));
            case LOST -> new Attempt.Finished(new CallResult.Lost("server " + name + ": " + failure.reason()));
        };
    }

    private CallResult notTaken(String reason, String hint, String verb) {
        return new CallResult.Unavailable(
                "server_unavailable",
                "server " + target.serverName() + " did not accept the request: " + reason,
                hint.formatted(hintCommand(verb)));
    }

    private String hintCommand(String verb) {
        return runtime.spaces()
                .cliCommand(
                        "kruxos server " + verb + " " + target.serverName(),
                        inFlight.call().caller().spaceId());
    }

    private CallResult replyResult(Instance instance, Message.Reply reply) {
        var message = new Splice(reply.raw().bytes())
                .replace(reply.raw().idSpan(), request.id())
                .toByteArray();
        return new CallResult.Replied(
                instance.redactor().redactJson(message),
                reply.isError(),
                instance.credentials().versionedNames());
    }

    /** Forwards progress under the agent's own token, and log messages from the agent's log level on. */
    private void forwardNotification(Instance instance, Message.Notification notification) {
        var params = notification.params();
        var token = request.params().progressToken();
        if (params.progressToken() == null) {
            var level = params.level();
            if (LogLevel.of(level == null ? "" : level)
                    .filter(severity -> severity.compareTo(inFlight.session().logLevel()) >= 0)
                    .isPresent()) {
                notificationSink.accept(
                        instance.redactor().redactJson(notification.raw().bytes()));
            }
        } else if (token != null) {
            var message = new Splice(notification.raw().bytes())
                    .replace(params.progressTokenSpan(), token)
                    .toByteArray();
            notificationSink.accept(instance.redactor().redactJson(message));
        }
    }

    private static void onWithdrawn(Instance instance, PendingRequest pending, Call.Withdrawal withdrawal) {
        if (pending.complete(new PendingRequest.Completion.RequestWithdrawn()) && withdrawal.wasDispatched()) {
            instance.sendMessage(cancelledNotification(pending.id(), withdrawal.cancellation()));
        }
    }

    /** The agent's own notification with the server's id in it, or one of ours when the agent has disconnected. */
    private static byte[] cancelledNotification(JsonRpcId id, Message.@Nullable Notification cancellation) {
        if (cancellation == null) {
            return JsonRpcWriter.notification(
                    McpMethod.CANCELLED, "{\"requestId\":" + id + ",\"reason\":\"the client disconnected\"}");
        }
        return new Splice(cancellation.raw().bytes())
                .replace(cancellation.params().requestIdSpan(), id)
                .toByteArray();
    }
}
