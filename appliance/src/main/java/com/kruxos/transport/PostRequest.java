package com.kruxos.transport;

import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.rpc.Method;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way, and its answer.
 *
 * <pre>
 *   sent ──JSON──► answered
 *     │ ──events──► answered, or the stream breaks ──ids──► resumed by GET ──► answered or LOST
 *     │                                           └──none──► LOST
 *     └──a refusing status──► failed, in the way the status says
 * </pre>
 */
final class PostRequest implements HttpRoundTrip.ResponseListener {
    private final StreamableHttpConnection connection;
    private final OutboundMessage message;
    private final MessageMetadata metadata;
    private final @Nullable CountDownLatch delivered;
    private final boolean isFirst;
    private final HttpRoundTrip roundTrip;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean unsent = new AtomicBoolean(true);

    // Touched by the trip's thread only.
    private boolean sentInSession;
    private @Nullable ResponseBody response;
    private @Nullable SseParser parser;
    private boolean tooLong;
    private String missingAnswerReason = "its stream ended without the answer";

    private volatile @Nullable ReconnectingEventStream resumedStream;

    PostRequest(
            StreamableHttpConnection connection,
            OutboundMessage message,
            @Nullable CountDownLatch taken,
            boolean first) {
        this.connection = connection;
        this.message = message;
        this.metadata = message.metadata();
        this.delivered = taken;
        this.isFirst = first;
        var remote = connection.endpoint();
        this.roundTrip =
                new HttpRoundTrip(connection.client(), remote, HttpMethod.POST, remote.url(), message.bytes(), this);
    }

    MessageMetadata metadata() {
        return metadata;
    }

    void start() {
        connection.state().start(roundTrip);
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        sentInSession = connection.hasSession();
        connection.addSessionHeaders(headers, home);
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        var head = new ResponseBody(status, headers, connection.messageLimits());
        response = head;
        markSent();
        if (head.isSuccess()
                && metadata.method() == Method.INITIALIZE
                && !connection.startSession(headers.get("Mcp-Session-Id"))) {
            fail(new DeliveryFailure(FailureKind.LOST, "the id it gave the session is none"));
        }
        if (head.isEventStream()) {
            parser = new SseParser(connection.messageLimits(), (name, data) -> onEvent(data), this::onOversized);
        }
    }

    @Override
    public @Nullable String onBody(ByteBuffer piece) {
        var head = response;
        if (head == null || head.violation() != null) {
            return head == null ? "" : head.violation();
        }
        if (parser == null) {
            return head.append(piece);
        }
        tooLong = !parser.feed(piece);
        return tooLong ? ResponseBody.tooLongReason(connection.messageLimits().maxBytes()) : null;
    }

    private void onEvent(byte[] text) {
        if (connection.dispatch(text, metadata.id()) && finish()) {
            connection.addLingering(roundTrip);
        }
    }

    private void onOversized(OversizedMessage excess) {
        if (onResumedOversized(excess)) {
            connection.addLingering(roundTrip);
        }
    }

    @Override
    public void onComplete() {
        connection.state().remove(roundTrip);
        connection.removeLingering(roundTrip);
        var head = response;
        if (head == null || head.violation() != null) {
            fail(new DeliveryFailure(
                    FailureKind.LOST, head == null ? "it did not answer" : String.valueOf(head.violation())));
        } else if (!head.isSuccess()) {
            onRejected(head);
        } else if (parser != null) {
            onStreamEnd(parser, new DeliveryFailure(FailureKind.LOST, missingAnswerReason));
        } else {
            onSuccess(head);
        }
    }

    private void onSuccess(ResponseBody head) {
        var heard = head.isJson() && connection.dispatch(head.takeText(), metadata.id());
        if (heard || metadata.id() == null || head.status == 202 || head.status == 204) {
            finish();
        } else {
            fail(new DeliveryFailure(
                    FailureKind.LOST, "what it answered (status " + head.status + ") is no answer to this request"));
        }
        if (metadata.method() == Method.INITIALIZED) {
            connection.openEventStream();
        }
        if (metadata.cancelledId() != null) {
            connection.cancel(metadata.cancelledId());
        }
    }

    private void onRejected(ResponseBody head) {
        var body = head.contentKind == ResponseBody.ContentKind.JSON ? head.takeText() : new byte[0];
        var id = metadata.id();
        if (head.isUnauthorized()) {
            fail(new DeliveryFailure(
                    FailureKind.UNAUTHORIZED, "it refuses the credential (status " + head.status + ")"));
        } else if (sentInSession
                && head.status == 400
                && StatusMapping.classifyError(body) == StatusMapping.UnidentifiedError.INVALID_MESSAGE) {
            fail(new DeliveryFailure(FailureKind.NOT_TAKEN, "it cannot read this request (status 400)"));
        } else if (sentInSession
                && (head.status == 404
                        || (head.status == 400
                                && StatusMapping.classifyError(body)
                                        == StatusMapping.UnidentifiedError.UNKNOWN_SESSION))) {
            onUnknownSession(head.status);
        } else if (id != null && MessageDispatcher.isReplyTo(body, id)) {
            connection.dispatch(body, id);
            finish();
        } else if (isFirst && (head.status == 400 || head.status == 404 || head.status == 405)) {
            if (connection.legacyFallback().tryLegacy(head.status, message)) {
                finish();
            } else {
                fail(new DeliveryFailure(
                        FailureKind.NOT_TAKEN,
                        StatusMapping.toFailure(head.status).reason()));
            }
        } else {
            fail(StatusMapping.toFailure(head.status));
        }
    }

    /**
     * It says that it does not know the session. When it still does, or has said so to this message before, it was not
     * for want of one: the session stays for all others.
     */
    private void onUnknownSession(int status) {
        if (message.isSessionRetry()) {
            fail(DeliveryFailure.sessionStillKnown(status));
            return;
        }
        new SessionProbe(connection, known -> {
                    if (known) {
                        fail(DeliveryFailure.sessionStillKnown(status));
                    } else {
                        connection.onSessionLost(status);
                        fail(new DeliveryFailure(
                                FailureKind.SESSION_GONE,
                                "it does not know the session any more (status " + status + ")"));
                    }
                })
                .start();
    }

    @Override
    public void onFailure(DeliveryFailure failure) {
        connection.state().remove(roundTrip);
        connection.removeLingering(roundTrip);
        markSent();
        if (parser != null && failure.mayHaveExecuted() && !tooLong) {
            onStreamEnd(parser, failure);
        } else {
            fail(failure);
        }
    }

    /** Goes on by a GET where the server gave ids; the message is never sent again. */
    private void onStreamEnd(SseParser ended, DeliveryFailure otherwise) {
        var lastId = ended.lastId();
        if (metadata.id() == null) {
            finish();
        } else if (!finished.get() && lastId != null && connection.state().isOpen()) {
            var stream = new ReconnectingEventStream(connection, this, lastId, ended.retryMillis());
            resumedStream = stream;
            stream.scheduleReconnect();
        } else {
            fail(otherwise);
        }
    }

    /** What the resumed stream brings. True when it was the answer. */
    boolean onResumedEvent(byte[] data) {
        return connection.dispatch(data, metadata.id()) && finish();
    }

    /** What was dropped of a stream. True when it was the answer. */
    boolean onResumedOversized(OversizedMessage excess) {
        missingAnswerReason = excess.reason();
        return connection.reportDropped(excess, metadata.id()) && finish();
    }

    boolean isFinished() {
        return finished.get();
    }

    /** Nobody waits for the answer, and the server knows. */
    void cancel() {
        fail(new DeliveryFailure(FailureKind.LOST, "it was cancelled"));
        roundTrip.abort();
        var stream = resumedStream;
        if (stream != null) {
            stream.abort();
        }
    }

    void fail(DeliveryFailure failure) {
        if (finished.compareAndSet(false, true)) {
            markSent();
            if (!connection.state().isEnded()) {
                message.onFailure(failure);
            }
            connection.onFinished(this);
        }
    }

    private boolean finish() {
        if (!finished.compareAndSet(false, true)) {
            return false;
        }
        markSent();
        connection.onFinished(this);
        return true;
    }

    private void markSent() {
        if (unsent.compareAndSet(true, false)) {
            connection.state().releaseBytes(message);
            if (delivered != null) {
                delivered.countDown();
            }
        }
    }
}
