package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.HttpRoundTrip;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;

/**
 * A {@code ping} that finds out whether the server still knows the session. Needed because a 404 or 400 may concern
 * only the one request it answers.
 */
final class SessionProbe implements HttpRoundTrip.ResponseListener {
    private static final byte[] PING = """
            {"jsonrpc":"2.0","id":"session?","method":"ping"}""".getBytes(StandardCharsets.US_ASCII);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final UpstreamHttpSession session;
    private final Consumer<Boolean> onResult;
    private final HttpRoundTrip roundTrip;
    private final AtomicBoolean reported = new AtomicBoolean();

    /** @param onResult called once, on any thread: true after a success status, false otherwise */
    SessionProbe(UpstreamHttpSession session, Consumer<Boolean> onResult) {
        this.session = session;
        this.onResult = onResult;
        this.roundTrip = session.newRoundTrip(HttpMethod.POST, PING, this);
    }

    void start() {
        session.state().start(roundTrip);
        try {
            session.schedule(roundTrip::abort, TIMEOUT);
        } catch (CannotConnect e) {
            roundTrip.abort();
        }
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        session.addHeaders(headers, sameOrigin);
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        report(status >= 200 && status < 300);
    }

    @Override
    public String onBody(ByteBuffer chunk) {
        return "the response is not needed";
    }

    @Override
    public void onComplete() {
        session.state().remove(roundTrip);
        report(false);
    }

    @Override
    public void onFailure(ExchangeFailure failure) {
        onComplete();
    }

    private void report(boolean known) {
        if (reported.compareAndSet(false, true)) {
            onResult.accept(known);
        }
    }
}
