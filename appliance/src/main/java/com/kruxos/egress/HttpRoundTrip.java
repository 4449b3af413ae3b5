package com.kruxos.egress;

import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.DeliveryFailure.FailureKind;
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
 * One request and its answer, over redirects. The credential is lent for each request on the way, goes only where the
 * URL of the server points, and is given back when the answer is complete.
 *
 * <p>What the traveller is told comes in order, each time on one thread, which must not wait.
 */
public final class HttpRoundTrip implements Response.Listener {
    /** Who waits for the answer. */
    public interface ResponseListener {
        /** Headers of ours; {@code home} is false where a redirect led to somebody else. */
        void addHeaders(HttpFields.Mutable headers, boolean home);

        /** The answer begins. */
        void onHead(int status, HttpFields headers);

        /** A piece of its body. A text ends the trip: the rest is not wanted, for this reason. */
        @Nullable
        String onBody(ByteBuffer piece);

        /** It is complete. Nothing follows. */
        void onComplete();

        /** It did not come, or not completely. Nothing follows. */
        void onFailure(DeliveryFailure failure);
    }

    private static final int MAX_REDIRECTS = 3;

    /** What the JDK calls the suite of a session that is not agreed on yet. */
    private static final String NO_CIPHER_SUITE = "SSL_NULL_WITH_NULL_NULL";

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final HttpMethod method;
    private final byte @Nullable [] body;
    private final ResponseListener listener;

    // Touched by one thread after the other.
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

    public HttpRoundTrip(
            EgressClient network,
            RemoteEndpoint remote,
            HttpMethod method,
            URI to,
            byte @Nullable [] body,
            ResponseListener traveller) {
        this.client = network;
        this.endpoint = remote;
        this.method = method;
        this.url = to;
        this.body = body;
        this.listener = traveller;
    }

    /** Begins; returns at once. */
    public void start() {
        try {
            sendRequest();
        } catch (CannotConnect e) {
            failBeforeSend(e.getMessage() + "; " + e.hint());
        } catch (RuntimeException e) {
            failBeforeSend("the request could not be made: " + e.getClass().getSimpleName());
        }
    }

    /** Ends it soon, if it is not over; the traveller is told that it broke. */
    public void abort() {
        aborted = true;
        var under = request;
        if (under != null) {
            var _ = under.abort(new AbortedException());
        }
    }

    private void failBeforeSend(String why) {
        lease.close();
        listener.onFailure(new DeliveryFailure(FailureKind.NOT_TAKEN, why));
    }

    private void sendRequest() {
        var made = client.httpClient()
                .newRequest(url)
                .method(method)
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .onRequestHeaders(this::onRequestHeaders)
                .onRequestCommit(request -> onCommitted());
        if (body != null) {
            made.body(new BytesRequestContent("application/json", body));
        }
        made.headers(fields -> listener.addHeaders(fields, atOrigin));
        lease = atOrigin ? endpoint.headers().lease() : HeaderLease.EMPTY;
        made.headers(fields -> HeaderWriter.write(lease, fields, client.addressPolicy(), url));
        request = made;
        if (aborted) {
            failBeforeSend("it was stopped");
            return;
        }
        if (RedirectPolicy.isHttps(url)) {
            handshakeTimeout = client.schedule(this::onHandshakeTimeout, client.handshakeTimeout());
        }
        made.send(this);
    }

    /** The line is chosen: over TLS nothing of ours goes out before both have agreed, which its engine knows. */
    private void onRequestHeaders(Request request) {
        if (request.getConnection() instanceof AbstractConnection line
                && line.getEndPoint() instanceof SslConnection.SslEndPoint end) {
            tlsEngine = end.getSslConnection().getSSLEngine();
        }
        requestStarted = true;
    }

    /** Whether anything of the request may have reached the server. */
    private boolean mayHaveArrived() {
        var tls = tlsEngine;
        return requestStarted
                && (tls == null || !NO_CIPHER_SUITE.equals(tls.getSession().getCipherSuite()));
    }

    private void onCommitted() {
        committed = true;
        cancelHandshakeTimeout();
    }

    private void cancelHandshakeTimeout() {
        var under = handshakeTimeout;
        if (under != null) {
            under.cancel();
        }
    }

    /** Jetty knows no limit for agreeing on TLS but the one for silence, which an answer may need longer. */
    private void onHandshakeTimeout() {
        var under = request;
        if (!committed && under != null) {
            var _ = under.abort(new SSLException("took too long"));
        }
    }

    @Override
    public void onHeaders(Response response) {
        var status = response.getStatus();
        if (status >= 301 && status <= 308 && status != 304 && status != 305 && status != 306) {
            onRedirect(status, response.getHeaders().get(HttpHeader.LOCATION));
            return;
        }
        responseStarted = true;
        listener.onHead(status, response.getHeaders());
    }

    private void onRedirect(int status, @Nullable String location) {
        var way = new RedirectPolicy(client.addressPolicy(), url, method == HttpMethod.GET).evaluate(status, location);
        switch (way) {
            case RedirectPolicy.RedirectDecision.RefusedRedirect(var why) -> abortReason = why;
            case RedirectPolicy.RedirectDecision.FollowTo(var url) -> {
                redirectTarget = ++redirects > MAX_REDIRECTS ? null : url;
                abortReason = redirectTarget == null ? "it redirects more than " + MAX_REDIRECTS + " times" : null;
            }
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        if (!responseStarted) {
            content.position(content.limit()); // of a redirect
            return;
        }
        var why = listener.onBody(content);
        if (why != null) {
            abortReason = why;
            var _ = response.abort(new AbortedException());
        }
    }

    @Override
    public void onComplete(Result result) {
        cancelHandshakeTimeout();
        lease.close();
        lease = HeaderLease.EMPTY;
        if (aborted) {
            listener.onFailure(
                    new DeliveryFailure(mayHaveArrived() ? FailureKind.LOST : FailureKind.NOT_TAKEN, "it was stopped"));
        } else if (!responseStarted && redirectTarget != null) {
            followRedirect(redirectTarget);
        } else if (abortReason != null) {
            listener.onFailure(
                    new DeliveryFailure(responseStarted ? FailureKind.LOST : FailureKind.NOT_TAKEN, abortReason));
        } else if (responseStarted && result.getResponseFailure() == null) {
            listener.onComplete();
        } else {
            listener.onFailure(
                    requestStarted && !mayHaveArrived()
                            ? FailureMapper.tlsFailed(url.getHost())
                            : FailureMapper.toFailure(result.getFailure(), url.getHost(), requestStarted));
        }
    }

    private void followRedirect(URI to) {
        atOrigin &= RedirectPolicy.isSameOrigin(url, to);
        url = to;
        redirectTarget = null;
        requestStarted = false;
        tlsEngine = null;
        committed = false;
        start();
    }

    /** Our own doing; needs no stack. */
    private static final class AbortedException extends Exception {
        private static final long serialVersionUID = 1L;

        AbortedException() {
            super("no longer wanted", null, false, false);
        }
    }
}
