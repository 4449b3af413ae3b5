package com.kruxos.egress;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its response, over up to three redirects. A credential is leased for each request, is sent to
 * the endpoint's own origin only, and is released when the response is complete.
 *
 * <p>The listener is called in order, one thread at a time; it must not block.
 */
public final class HttpRoundTrip {
    /** Receives the response. */
    public interface ResponseListener {
        /** Adds request headers; {@code sameOrigin} is false after a redirect to another origin. */
        void addHeaders(HttpFields.Mutable headers, boolean sameOrigin);

        void onHead(int status, HttpFields headers);

        /** Receives a chunk of the body. A returned reason aborts the exchange and becomes its failure. */
        @Nullable
        String onBody(ByteBuffer chunk);

        /** The response is complete. Last call. */
        void onComplete();

        /** The response is missing or incomplete. Last call. */
        void onFailure(ExchangeFailure failure);
    }

    private static final int MAX_REDIRECTS = 3;

    /** The cipher suite that the JDK reports before the TLS handshake is complete. */
    private static final String NO_CIPHER_SUITE = "SSL_NULL_WITH_NULL_NULL";

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final HttpMethod method;
    private final byte @Nullable [] body;
    private final ResponseListener listener;
    private final Response.Listener events = new JettyEvents();

    // Touched by one thread at a time: the caller of start, then Jetty's callbacks in order.
    private URI url;
    private boolean atOrigin = true;
    private int redirects;
    private @Nullable URI redirectTarget;
    private HeaderLease lease = HeaderLease.EMPTY;
    private boolean responseStarted;
    private @Nullable String abortReason;

    private volatile boolean requestStarted;
    private volatile @Nullable SSLEngine tlsEngine;
    private volatile boolean committed;
    private volatile boolean aborted;
    private volatile @Nullable Request request;
    private volatile Scheduler.@Nullable Task handshakeTimeout;

    /**
     * Prepares a request; nothing is sent yet.
     *
     * @param body sent as {@code application/json}; null for none
     */
    public HttpRoundTrip(
            EgressClient client,
            RemoteEndpoint endpoint,
            HttpMethod method,
            byte @Nullable [] body,
            ResponseListener listener) {
        this.client = client;
        this.endpoint = endpoint;
        this.method = method;
        this.url = endpoint.url();
        this.body = body;
        this.listener = listener;
    }

    /** Sends the request and returns at once. */
    public void start() {
        try {
            sendRequest();
        } catch (CannotConnect e) {
            failBeforeSend(e.getMessage() + "; " + e.hint());
        } catch (RuntimeException e) {
            failBeforeSend("the request could not be sent (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Aborts the exchange unless it is complete; the listener gets {@code onFailure}. */
    public void abort() {
        aborted = true;
        var current = request;
        if (current != null) {
            var _ = current.abort(new AbortedException());
        }
    }

    private void failBeforeSend(String reason) {
        lease.close();
        listener.onFailure(ExchangeFailure.notSent(reason));
    }

    private void sendRequest() {
        var next = client.httpClient()
                .newRequest(url)
                .method(method)
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .onRequestHeaders(this::onRequestHeaders)
                .onRequestCommit(_ -> onCommitted());
        if (body != null) {
            next.body(new BytesRequestContent("application/json", body));
        }
        next.headers(fields -> listener.addHeaders(fields, atOrigin));
        lease = atOrigin ? endpoint.headers().lease() : HeaderLease.EMPTY;
        next.headers(fields -> HeaderWriter.write(lease, fields, client.addressPolicy(), url));
        request = next;
        if (aborted) {
            failBeforeSend(ABORTED);
            return;
        }
        if (Origins.isHttps(url)) {
            handshakeTimeout = client.schedule(this::onHandshakeTimeout, client.handshakeTimeout());
        }
        next.send(events);
    }

    /** Called when the request has a connection. Over TLS nothing is sent before the handshake is complete. */
    private void onRequestHeaders(Request request) {
        if (request.getConnection() instanceof AbstractConnection connection
                && connection.getEndPoint() instanceof SslConnection.SslEndPoint tls) {
            tlsEngine = tls.getSslConnection().getSSLEngine();
        }
        requestStarted = true;
    }

    private boolean mayHaveArrived() {
        var engine = tlsEngine;
        return requestStarted
                && (engine == null
                        || !NO_CIPHER_SUITE.equals(engine.getSession().getCipherSuite()));
    }

    private void onCommitted() {
        committed = true;
        cancelHandshakeTimeout();
    }

    private void cancelHandshakeTimeout() {
        var scheduled = handshakeTimeout;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }

    /** Jetty limits the handshake by the idle timeout only, which is off because a response may take long. */
    private void onHandshakeTimeout() {
        var current = request;
        if (!committed && current != null) {
            var _ = current.abort(new SSLException("handshake timed out"));
        }
    }

    private final class JettyEvents implements Response.Listener {
        @Override
        public void onHeaders(Response response) {
            var status = response.getStatus();
            if (isRedirect(status)) {
                onRedirect(status, response.getHeaders().get(HttpHeader.LOCATION));
                return;
            }
            responseStarted = true;
            listener.onHead(status, response.getHeaders());
        }

        @Override
        public void onContent(Response response, ByteBuffer content) {
            if (!responseStarted) {
                content.position(content.limit()); // skips the body of a redirect
                return;
            }
            var reason = listener.onBody(content);
            if (reason != null) {
                abortReason = reason;
                var _ = response.abort(new AbortedException());
            }
        }

        @Override
        public void onComplete(Result result) {
            cancelHandshakeTimeout();
            lease.close();
            lease = HeaderLease.EMPTY;
            if (aborted) {
                listener.onFailure(new ExchangeFailure(mayHaveArrived(), ABORTED));
            } else if (!responseStarted && redirectTarget != null) {
                followRedirect(redirectTarget);
            } else if (abortReason != null) {
                listener.onFailure(new ExchangeFailure(responseStarted, abortReason));
            } else if (responseStarted && result.getResponseFailure() == null) {
                listener.onComplete();
            } else {
                listener.onFailure(
                        requestStarted && !mayHaveArrived()
                                ? ExchangeFailure.tlsFailed(url.getHost())
                                : ExchangeFailure.of(result.getFailure(), url.getHost(), requestStarted));
            }
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private void onRedirect(int status, @Nullable String location) {
        var decision =
                new RedirectPolicy(client.addressPolicy(), url, method == HttpMethod.GET).evaluate(status, location);
        switch (decision) {
            case RedirectPolicy.RedirectDecision.RefusedRedirect(var reason) -> abortReason = reason;
            case RedirectPolicy.RedirectDecision.FollowTo(var target) -> {
                redirectTarget = ++redirects > MAX_REDIRECTS ? null : target;
                abortReason =
                        redirectTarget == null ? "the server redirected more than " + MAX_REDIRECTS + " times" : null;
            }
        }
    }

    private void followRedirect(URI target) {
        atOrigin &= Origins.isSame(url, target);
        url = target;
        redirectTarget = null;
        requestStarted = false;
        tlsEngine = null;
        committed = false;
        start();
    }

    private static final String ABORTED = "the request was aborted";

    /** Our own abort; has no stack trace because creating one is expensive. */
    private static final class AbortedException extends Exception {
        private static final long serialVersionUID = 1L;

        AbortedException() {
            super(ABORTED, null, false, false);
        }
    }
}
