package com.kruxos.transport;

import com.kruxos.transport.Failure.Kind;
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
final class Trip implements Response.Listener {
    /** Who waits for the answer. */
    interface Traveller {
        /** Headers of ours; {@code home} is false where a redirect led to somebody else. */
        void headers(HttpFields.Mutable headers, boolean home);

        /** The answer begins. */
        void head(int status, HttpFields headers);

        /** A piece of its body. A text ends the trip: the rest is not wanted, for this reason. */
        @Nullable
        String body(ByteBuffer piece);

        /** It is complete. Nothing follows. */
        void complete();

        /** It did not come, or not completely. Nothing follows. */
        void broken(Failure failure);
    }

    private static final int REDIRECTS = 3;

    /** What the JDK calls the suite of a session that is not agreed on yet. */
    private static final String NO_SESSION = "SSL_NULL_WITH_NULL_NULL";

    private final Network network;
    private final Remote remote;
    private final HttpMethod method;
    private final byte @Nullable [] body;
    private final Traveller traveller;

    // Touched by one thread after the other.
    private URI at;
    private boolean home = true;
    private int redirects;
    private @Nullable URI next;
    private Lending lending = Lending.NOTHING;
    private boolean headed;
    private @Nullable String cut;

    private volatile boolean left;
    private volatile @Nullable SSLEngine engine;
    private volatile boolean committed;
    private volatile boolean aborted;
    private volatile @Nullable Request request;
    private volatile Scheduler.@Nullable Task limit;

    Trip(Network network, Remote remote, HttpMethod method, URI to, byte @Nullable [] body, Traveller traveller) {
        this.network = network;
        this.remote = remote;
        this.method = method;
        this.at = to;
        this.body = body;
        this.traveller = traveller;
    }

    /** Begins; returns at once. */
    void start() {
        try {
            go();
        } catch (CannotStart e) {
            refuse(e.getMessage() + "; " + e.hint());
        } catch (RuntimeException e) {
            refuse("the request could not be made: " + e.getClass().getSimpleName());
        }
    }

    /** Ends it soon, if it is not over; the traveller is told that it broke. */
    void abort() {
        aborted = true;
        var under = request;
        if (under != null) {
            var _ = under.abort(new AbortedException());
        }
    }

    private void refuse(String why) {
        lending.close();
        traveller.broken(new Failure(Kind.NOT_TAKEN, why));
    }

    private void go() {
        var made = network.client()
                .newRequest(at)
                .method(method)
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .onRequestHeaders(this::leaves)
                .onRequestCommit(request -> committed());
        if (body != null) {
            made.body(new BytesRequestContent("application/json", body));
        }
        made.headers(fields -> traveller.headers(fields, home));
        lending = home ? remote.headers().lend() : Lending.NOTHING;
        made.headers(fields -> Credential.put(lending, fields, network.vetting(), at));
        request = made;
        if (aborted) {
            refuse("it was stopped");
            return;
        }
        if (Redirect.secure(at)) {
            limit = network.later(this::notSecure, network.secure());
        }
        made.send(this);
    }

    /** The line is chosen: over TLS nothing of ours goes out before both have agreed, which its engine knows. */
    private void leaves(Request request) {
        if (request.getConnection() instanceof AbstractConnection line
                && line.getEndPoint() instanceof SslConnection.SslEndPoint end) {
            engine = end.getSslConnection().getSSLEngine();
        }
        left = true;
    }

    /** Whether anything of the request may have reached the server. */
    private boolean arrived() {
        var tls = engine;
        return left && (tls == null || !NO_SESSION.equals(tls.getSession().getCipherSuite()));
    }

    private void committed() {
        committed = true;
        unlimit();
    }

    private void unlimit() {
        var under = limit;
        if (under != null) {
            under.cancel();
        }
    }

    /** Jetty knows no limit for agreeing on TLS but the one for silence, which an answer may need longer. */
    private void notSecure() {
        var under = request;
        if (!committed && under != null) {
            var _ = under.abort(new SSLException("took too long"));
        }
    }

    @Override
    public void onHeaders(Response response) {
        var status = response.getStatus();
        if (status >= 301 && status <= 308 && status != 304 && status != 305 && status != 306) {
            redirected(status, response.getHeaders().get(HttpHeader.LOCATION));
            return;
        }
        headed = true;
        traveller.head(status, response.getHeaders());
    }

    private void redirected(int status, @Nullable String location) {
        var way = new Redirect(network.vetting(), at, method == HttpMethod.GET).way(status, location);
        switch (way) {
            case Redirect.Way.Refused(var why) -> cut = why;
            case Redirect.Way.To(var url) -> {
                next = ++redirects > REDIRECTS ? null : url;
                cut = next == null ? "it redirects more than " + REDIRECTS + " times" : null;
            }
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        if (!headed) {
            content.position(content.limit()); // of a redirect
            return;
        }
        var why = traveller.body(content);
        if (why != null) {
            cut = why;
            var _ = response.abort(new AbortedException());
        }
    }

    @Override
    public void onComplete(Result result) {
        unlimit();
        lending.close();
        lending = Lending.NOTHING;
        if (aborted) {
            traveller.broken(new Failure(arrived() ? Kind.LOST : Kind.NOT_TAKEN, "it was stopped"));
        } else if (!headed && next != null) {
            follow(next);
        } else if (cut != null) {
            traveller.broken(new Failure(headed ? Kind.LOST : Kind.NOT_TAKEN, cut));
        } else if (headed && result.getResponseFailure() == null) {
            traveller.complete();
        } else {
            traveller.broken(
                    left && !arrived()
                            ? Breakages.noTls(at.getHost())
                            : Breakages.failure(result.getFailure(), at.getHost(), left));
        }
    }

    private void follow(URI to) {
        home &= Redirect.sameOrigin(at, to);
        at = to;
        next = null;
        left = false;
        engine = null;
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
