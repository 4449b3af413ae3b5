package com.kruxos.transport;

import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.McpMethod;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One message sent by POST, and its response.
 *
 * <pre>
 *   sent ──JSON──► answered
 *     │ ──event stream──► answered, or the stream breaks ──with event ids──► resumed by GET ──► answered or LOST
 *     │                                                  └──without──► LOST
 *     └──error status──► failed, as the status says
 * </pre>
 */
final class PostRequest implements HttpRoundTrip.ResponseListener, ReconnectingEventStream.StreamConsumer {
    /** The connection that sent the message. */
    interface Owner {
        /** Called once, when the message is answered or has failed. */
        void onFinished(PostRequest request);

        /** The server has accepted {@code notifications/initialized}. */
        void onInitialized();

        /** The server has accepted the cancellation of a request. */
        void onCancelled(JsonRpcId id);

        /** Offers a first message that was refused as a legacy server would. True when another transport takes it. */
        boolean tryLegacy(int status, OutboundMessage message);
    }

    private final UpstreamHttpSession session;
    private final Owner owner;
    private final OutboundMessage message;
    private final MessageMetadata metadata;
    private final DeliverySignal delivered;
    private final boolean isFirst;
    private final HttpRoundTrip roundTrip;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean unsent = new AtomicBoolean(true);

    // Touched by the thread of the round trip.
    private boolean sentInSession;
    private @Nullable ResponseBody response;
    private @Nullable SseParser parser;
    private boolean tooLong;
    private String missingResponseReason = "the stream ended without the response";

    private volatile @Nullable ReconnectingEventStream resumedStream;

    /** @param isFirst whether it is the first message of the connection, on which the transport is detected */
    PostRequest(
            UpstreamHttpSession session,
            Owner owner,
            OutboundMessage message,
            DeliverySignal delivered,
            boolean isFirst) {
        this.session = session;
        this.owner = owner;
        this.message = message;
        this.metadata = message.metadata();
        this.delivered = delivered;
        this.isFirst = isFirst;
        this.roundTrip = session.newRoundTrip(HttpMethod.POST, message.bytes(), this);
    }

    @Nullable
    JsonRpcId id() {
        return metadata.id();
    }

    void start() {
        session.state().start(roundTrip);
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        sentInSession = session.hasId();
        session.addHeaders(headers, sameOrigin);
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        var head = new ResponseBody(status, headers, session.messageLimits());
        response = head;
        markSent();
        if (head.isSuccess()
                && metadata.method() == McpMethod.INITIALIZE
                && !session.setId(headers.get("Mcp-Session-Id"))) {
            fail(DeliveryFailure.lost("the server sent an invalid Mcp-Session-Id"));
        }
        if (head.isEventStream()) {
            parser = new SseParser(
                    session.messageLimits(), (name, data) -> onStreamEvent(data), this::onStreamOversized);
        }
    }

    @Override
    public @Nullable String onBody(ByteBuffer chunk) {
        var head = response;
        if (head == null || head.violation() != null) {
            return head == null ? "" : head.violation();
        }
        if (parser == null) {
            return head.append(chunk);
        }
        tooLong = !parser.feed(chunk);
        return tooLong ? ResponseBody.tooLongReason(session.messageLimits().maxBytes()) : null;
    }

    private void onStreamEvent(byte[] data) {
        if (onEvent(data)) {
            session.addLingering(roundTrip);
        }
    }

    private void onStreamOversized(OversizedMessage dropped) {
        if (onOversized(dropped)) {
            session.addLingering(roundTrip);
        }
    }

    @Override
    public void onComplete() {
        session.finished(roundTrip);
        var head = response;
        if (head == null || head.violation() != null) {
            fail(DeliveryFailure.lost(head == null ? "the server sent no response" : String.valueOf(head.violation())));
        } else if (!head.isSuccess()) {
            onErrorStatus(head);
        } else if (parser != null) {
            onStreamEnd(parser, DeliveryFailure.lost(missingResponseReason));
        } else {
            onSuccess(head);
        }
    }

    private void onSuccess(ResponseBody head) {
        var answered = head.isJson() && session.dispatch(head.takeText(), metadata.id());
        if (answered || metadata.id() == null || head.isAcknowledgement()) {
            finish();
        } else {
            fail(DeliveryFailure.lost("the response (status " + head.status + ") does not answer this request"));
        }
        if (metadata.method() == McpMethod.INITIALIZED) {
            owner.onInitialized();
        }
        if (metadata.cancelledId() != null) {
            owner.onCancelled(metadata.cancelledId());
        }
    }

    private void onErrorStatus(ResponseBody head) {
        var status = head.status;
        var body = head.contentKind == ResponseBody.ContentKind.JSON ? head.takeText() : new byte[0];
        var error = sentInSession && status == 400
                ? StatusMapping.classifyError(body)
                : StatusMapping.UnidentifiedError.NONE;
        if (head.isUnauthorized()) {
            fail(DeliveryFailure.unauthorized(status));
        } else if (error == StatusMapping.UnidentifiedError.INVALID_MESSAGE) {
            fail(DeliveryFailure.notTaken("the server could not parse this request (status 400)"));
        } else if (error == StatusMapping.UnidentifiedError.UNKNOWN_SESSION || (sentInSession && status == 404)) {
            onUnknownSession(status);
        } else if (metadata.id() != null && MessageDispatcher.isReplyTo(body, metadata.id())) {
            session.dispatch(body, metadata.id());
            finish();
        } else if (isFirst && (status == 400 || status == 404 || status == 405)) {
            tryLegacy(status);
        } else {
            fail(StatusMapping.toFailure(status));
        }
    }

    private void tryLegacy(int status) {
        if (owner.tryLegacy(status, message)) {
            finish();
        } else {
            fail(DeliveryFailure.notTaken(StatusMapping.toFailure(status).reason()));
        }
    }

    /**
     * Only this request fails when the session turns out to be known, or when this message has met the same refusal
     * before: the session stays valid for all others.
     */
    private void onUnknownSession(int status) {
        if (message.isSessionRetry()) {
            fail(DeliveryFailure.sessionStillKnown(status));
            return;
        }
        new SessionProbe(session, known -> {
                    if (known) {
                        fail(DeliveryFailure.sessionStillKnown(status));
                    } else {
                        session.onLost(status);
                        fail(DeliveryFailure.sessionGone(status));
                    }
                })
                .start();
    }

    @Override
    public void onFailure(ExchangeFailure failure) {
        session.finished(roundTrip);
        markSent();
        if (parser != null && failure.mayHaveArrived() && !tooLong) {
            onStreamEnd(parser, DeliveryFailure.of(failure));
        } else {
            fail(DeliveryFailure.of(failure));
        }
    }

    /** Resumes the stream by GET if the server sent event ids. The message itself is never sent again. */
    private void onStreamEnd(SseParser ended, DeliveryFailure otherwise) {
        if (metadata.id() == null) {
            finish();
        } else if (!finished.get() && ended.lastId() != null && session.state().isOpen()) {
            var stream = new ReconnectingEventStream(session, this);
            resumedStream = stream;
            stream.resume(ended);
        } else {
            fail(otherwise);
        }
    }

    @Override
    public boolean expectsResponse() {
        return true;
    }

    @Override
    public boolean isFinished() {
        return finished.get();
    }

    @Override
    public boolean onEvent(byte[] data) {
        return session.dispatch(data, metadata.id()) && finish();
    }

    @Override
    public boolean onOversized(OversizedMessage dropped) {
        missingResponseReason = dropped.reason();
        return session.reportDropped(dropped, metadata.id()) && finish();
    }

    @Override
    public void onLost(String reason) {
        fail(DeliveryFailure.lost(reason));
    }

    /** The server has accepted a cancellation, so no response will come. */
    void cancel() {
        fail(DeliveryFailure.lost("the request was cancelled"));
        roundTrip.abort();
        var stream = resumedStream;
        if (stream != null) {
            stream.abort();
        }
    }

    private void fail(DeliveryFailure failure) {
        if (finished.compareAndSet(false, true)) {
            markSent();
            if (!session.state().isEnded()) {
                message.onFailure(failure);
            }
            owner.onFinished(this);
        }
    }

    private boolean finish() {
        if (!finished.compareAndSet(false, true)) {
            return false;
        }
        markSent();
        owner.onFinished(this);
        return true;
    }

    /** The server has received the message, or never will. */
    private void markSent() {
        if (unsent.compareAndSet(true, false)) {
            session.state().releaseBytes(message);
            delivered.signal();
        }
    }
}
