package com.kruxos.transport;

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
final class Probe implements Trip.Traveller {
    private static final byte[] PING =
            "{\"jsonrpc\":\"2.0\",\"id\":\"session?\",\"method\":\"ping\"}".getBytes(StandardCharsets.US_ASCII);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpConnection connection;
    private final Consumer<Boolean> known;
    private final Trip trip;
    private final AtomicBoolean told = new AtomicBoolean();

    /** @param known told once, on any thread; false also when there is no answer */
    Probe(HttpConnection connection, Consumer<Boolean> known) {
        this.connection = connection;
        this.known = known;
        var remote = connection.remote();
        this.trip = new Trip(connection.network(), remote, HttpMethod.POST, remote.url(), PING, this);
    }

    void start() {
        connection.traffic().begin(trip);
        try {
            var _ = connection.network().later(trip::abort, PATIENCE);
        } catch (CannotStart e) {
            trip.abort();
        }
    }

    @Override
    public void headers(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        connection.common(headers, home);
    }

    @Override
    public void head(int status, HttpFields headers) {
        tell(status >= 200 && status < 300);
    }

    @Override
    public String body(ByteBuffer piece) {
        return "no longer wanted";
    }

    @Override
    public void complete() {
        connection.traffic().over(trip);
        tell(false);
    }

    @Override
    public void broken(Failure failure) {
        complete();
    }

    private void tell(boolean answer) {
        if (told.compareAndSet(false, true)) {
            known.accept(answer);
        }
    }
}
