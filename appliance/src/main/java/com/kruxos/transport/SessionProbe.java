package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
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
 * A {@code ping} that finds out whether a server still knows the session: a status alone may be about the one request
 * it answered. Whatever is no refusal means that it does.
 */
final class SessionProbe implements HttpRoundTrip.ResponseListener {
    private static final byte[] PING =
            "{\"jsonrpc\":\"2.0\",\"id\":\"session?\",\"method\":\"ping\"}".getBytes(StandardCharsets.US_ASCII);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final StreamableHttpConnection connection;
    private final Consumer<Boolean> onResult;
    private final HttpRoundTrip roundTrip;
    private final AtomicBoolean reported = new AtomicBoolean();

    /** @param known told once, on any thread; false also when there is no answer */
    SessionProbe(StreamableHttpConnection connection, Consumer<Boolean> known) {
        this.connection = connection;
        this.onResult = known;
        var remote = connection.endpoint();
        this.roundTrip = new HttpRoundTrip(connection.client(), remote, HttpMethod.POST, remote.url(), PING, this);
    }

    void start() {
        connection.state().start(roundTrip);
        try {
            var _ = connection.client().schedule(roundTrip::abort, TIMEOUT);
        } catch (CannotConnect e) {
            roundTrip.abort();
        }
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        connection.addSessionHeaders(headers, home);
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        report(status >= 200 && status < 300);
    }

    @Override
    public String onBody(ByteBuffer piece) {
        return "no longer wanted";
    }

    @Override
    public void onComplete() {
        connection.state().remove(roundTrip);
        report(false);
    }

    @Override
    public void onFailure(DeliveryFailure failure) {
        onComplete();
    }

    private void report(boolean answer) {
        if (reported.compareAndSet(false, true)) {
            onResult.accept(answer);
        }
    }
}
